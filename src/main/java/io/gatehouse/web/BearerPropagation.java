package io.gatehouse.web;

import io.gatehouse.oauth.Secret;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.function.Supplier;

/**
 * Sends the signed-in user's access token with each request of a REST client (RFC 6750 §2.1).
 * Register it only on clients of protected resources that the token is meant for: whoever is called
 * gets it.
 */
@Dependent
public final class BearerPropagation implements ClientRequestFilter {
  private final Supplier<Secret> token;

  /**
   * The same for clients that make their filters themselves, as MicroProfile Rest Client does with
   * {@code @RegisterProvider(BearerPropagation.class)}.
   */
  public BearerPropagation() {
    this(() -> CDI.current().select(TokenHolder.class).get().accessToken());
  }

  /** Sends the session's own access token. */
  @Inject
  public BearerPropagation(TokenHolder tokens) {
    this(tokens::accessToken);
  }

  private BearerPropagation(Supplier<Secret> token) {
    this.token = token;
  }

  /** Sends an access token for one resource and no other (RFC 8707 §2.2). */
  public static BearerPropagation forResource(TokenHolder tokens, URI resource) {
    return new BearerPropagation(() -> tokens.accessToken(resource));
  }

  @Override
  public void filter(ClientRequestContext request) {
    request.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + token.get().reveal());
  }
}
