package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;
import jakarta.ws.rs.core.Form;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The token revocation endpoint (RFC 7009). */
public final class RevocationEndpoint {
  public static final String ACCESS_TOKEN = "access_token";
  public static final String REFRESH_TOKEN = "refresh_token";

  /** Somebody waits for the sign-out page behind this. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final BackChannel backChannel;

  public RevocationEndpoint(BackChannel backChannel) {
    this.backChannel = backChannel;
  }

  /**
   * Tries once to revoke, within three seconds. Never throws: the session has ended here whatever
   * the provider does.
   *
   * @param hint {@link #ACCESS_TOKEN} or {@link #REFRESH_TOKEN} (§2.1)
   * @return whether the provider said it is done
   */
  public boolean revoke(Provider provider, Secret token, String hint) {
    Optional<URI> endpoint = provider.metadata().revocationEndpoint();
    if (endpoint.isEmpty()) {
      return false;
    }
    ClientAuthentication client = new ClientAuthentication(provider.configuration().client());
    Form form = new Form("token", token.reveal()).param("token_type_hint", hint);
    try {
      return backChannel
          .post(endpoint.get(), client.addTo(form), client.header(), LIMIT, () -> true)
          .isOk();
    } catch (NoAnswer noAnswer) {
      return false;
    }
  }
}
