package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.util.Optional;

/** The token endpoint (RFC 6749 §3.2). */
public final class TokenEndpoint {
  private final BackChannel backChannel;

  public TokenEndpoint(BackChannel backChannel) {
    this.backChannel = backChannel;
  }

  /** Exchanges an authorization code (§4.1.3), once; never retried. */
  public TokenAnswer exchange(Provider provider, Secret code, Secret verifier, URI redirectUri)
      throws ProviderFault {
    throw new UnsupportedOperationException("" + backChannel);
  }

  /**
   * Sends one refresh request (§6), never retried.
   *
   * @param codeVerifier sent only to a provider with the quirk of wanting it again
   * @param fence asked immediately before the request is written
   */
  public RefreshAnswer refresh(
      Provider provider, Secret refreshToken, Optional<Secret> codeVerifier, RefreshFence fence) {
    throw new UnsupportedOperationException();
  }
}
