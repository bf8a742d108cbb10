package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.util.Optional;

/** The logout request to the provider (RP-Initiated Logout §2). */
public final class EndSession {
  private EndSession() {}

  /**
   * Where to send the browser; empty when the provider has no such endpoint.
   *
   * @param idTokenHint the ended session's ID token; without it {@code logoutHint} tells who
   */
  public static Optional<URI> of(
      Provider provider,
      Optional<Secret> idTokenHint,
      Optional<String> logoutHint,
      URI postLogoutRedirectUri,
      String state) {
    throw new UnsupportedOperationException();
  }
}
