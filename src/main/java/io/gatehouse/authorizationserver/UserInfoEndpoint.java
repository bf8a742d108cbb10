package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;
import java.util.Map;

/** The userinfo endpoint (OpenID Connect Core §5.3). */
public final class UserInfoEndpoint {
  private final BackChannel backChannel;

  public UserInfoEndpoint(BackChannel backChannel) {
    this.backChannel = backChannel;
  }

  /**
   * The claims about the subject, which the answer must name (§5.3.2); none when the provider has
   * no such endpoint.
   */
  public Map<String, Object> fetch(Provider provider, Secret accessToken, String expectedSubject)
      throws ProviderFault {
    throw new UnsupportedOperationException("" + backChannel);
  }
}
