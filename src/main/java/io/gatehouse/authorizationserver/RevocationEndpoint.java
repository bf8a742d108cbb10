package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;

/** The token revocation endpoint (RFC 7009). */
public final class RevocationEndpoint {
  public static final String ACCESS_TOKEN = "access_token";
  public static final String REFRESH_TOKEN = "refresh_token";

  private final BackChannel backChannel;

  public RevocationEndpoint(BackChannel backChannel) {
    this.backChannel = backChannel;
  }

  /**
   * Tries once to revoke, within a few seconds. Never throws: the session has ended here whatever
   * the provider does.
   *
   * @param hint {@link #ACCESS_TOKEN} or {@link #REFRESH_TOKEN} (§2.1)
   */
  public void revoke(Provider provider, Secret token, String hint) {
    throw new UnsupportedOperationException("" + backChannel);
  }
}
