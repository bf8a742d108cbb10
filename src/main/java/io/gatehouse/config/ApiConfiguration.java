package io.gatehouse.config;

import java.net.URI;
import java.util.Optional;

/**
 * What MicroProfile JWT accepts at {@code /api}.
 *
 * @param algorithm the one JWS algorithm that access tokens are signed with
 * @param jwksUri where the keys are, when discovery is not to tell
 */
public record ApiConfiguration(
    URI issuer, String audience, String algorithm, Optional<URI> jwksUri) {}
