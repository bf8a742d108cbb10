package io.gatehouse.config;

import java.net.URI;
import java.util.Optional;

/**
 * What MicroProfile JWT accepts at {@code /api}.
 *
 * @param jwksUri where the keys are, when discovery is not to tell
 */
public record ApiConfiguration(URI issuer, String audience, Optional<URI> jwksUri) {}
