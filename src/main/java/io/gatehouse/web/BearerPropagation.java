package io.gatehouse.web;

import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Sends the signed-in user's access token with each request of a REST client (RFC 6750 §2.1).
 * Register it only on clients of protected resources that the token is meant for: whoever is called
 * gets it.
 */
public final class BearerPropagation implements ClientRequestFilter {
  private final TokenHolder tokens;

  public BearerPropagation(TokenHolder tokens) {
    this.tokens = tokens;
  }

  @Override
  public void filter(ClientRequestContext request) {
    request
        .getHeaders()
        .putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + tokens.accessToken().reveal());
  }
}
