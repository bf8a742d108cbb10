package io.gatehouse.resource;

import java.net.URI;

/** The {@code WWW-Authenticate} values of RFC 6750 §3, with the pointer of RFC 9728 §5.1. */
final class Challenge {
  private final URI metadata;

  Challenge(URI metadata) {
    this.metadata = metadata;
  }

  /** For a request without any bearer token: no error code, nothing was wrong yet (§3.1). */
  String missing() {
    return bearer("");
  }

  /** For a request that carries its token in more than one way. */
  String invalidRequest() {
    return bearer("error=\"invalid_request\", ");
  }

  String invalidToken() {
    return bearer("error=\"invalid_token\", ");
  }

  String insufficientScope(String scope) {
    return bearer("error=\"insufficient_scope\", scope=\"" + scope + "\", ");
  }

  private String bearer(String error) {
    return "Bearer realm=\"gatehouse\", " + error + "resource_metadata=\"" + metadata + "\"";
  }
}
