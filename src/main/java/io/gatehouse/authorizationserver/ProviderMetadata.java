package io.gatehouse.authorizationserver;

import java.net.URI;
import java.util.Optional;

/**
 * What an authorization server says of itself (RFC 8414 §2, OpenID Connect Discovery §3), as far as
 * we use it. Every URL in it is https, or http to this host.
 */
public record ProviderMetadata(
    URI issuer,
    URI authorizationEndpoint,
    URI tokenEndpoint,
    URI jwksUri,
    Optional<URI> userinfoEndpoint,
    Optional<URI> revocationEndpoint,
    Optional<URI> endSessionEndpoint,
    boolean authorizationResponseIssParameterSupported) {}
