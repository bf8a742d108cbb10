package io.gatehouse.authorizationserver;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvents;
import java.util.Optional;

/** Revokes what a session leaves behind (RFC 7009): once, within bounds, and never in the way. */
public final class Revocation {
  private final Discovery discovery;
  private final RevocationEndpoint endpoint;
  private final SecurityEvents events;

  public Revocation(Discovery discovery, RevocationEndpoint endpoint, SecurityEvents events) {
    this.discovery = discovery;
    this.endpoint = endpoint;
    this.events = events;
  }

  /**
   * @param session handle of the session that ended
   */
  public void revoke(
      ProviderConfiguration configuration,
      String session,
      Secret accessToken,
      Optional<Secret> refreshToken) {
    if (!isDone(configuration, accessToken, refreshToken)) {
      events.publish(new RevocationFailed(configuration.id(), session));
    }
  }

  private boolean isDone(
      ProviderConfiguration configuration, Secret accessToken, Optional<Secret> refreshToken) {
    try {
      Provider provider = discovery.provider(configuration);
      if (provider.metadata().revocationEndpoint().isEmpty()) {
        return true; // nothing can be done, which is no failure
      }
      // first the one that lives longest; many providers then drop the access token by themselves
      boolean isRefreshTokenDone =
          refreshToken
              .map(token -> endpoint.revoke(provider, token, RevocationEndpoint.REFRESH_TOKEN))
              .orElse(true);
      return endpoint.revoke(provider, accessToken, RevocationEndpoint.ACCESS_TOKEN)
          && isRefreshTokenDone;
    } catch (ProviderFault unreachable) {
      return false;
    }
  }
}
