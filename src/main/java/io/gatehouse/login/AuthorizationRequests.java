package io.gatehouse.login;

import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ClientConfiguration.ResponseMode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** Writes authorization requests (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). */
final class AuthorizationRequests {
  private AuthorizationRequests() {}

  static URI of(
      Provider provider, LoginState state, LoginRequest request, String nonce, String challenge) {
    ClientConfiguration client = provider.configuration().client();
    Query query = new Query(provider.metadata().authorizationEndpoint());
    query.add("response_type", "code");
    query.add("client_id", client.clientId());
    query.add("redirect_uri", state.transaction().redirectUri().toString());
    query.add("scope", scope(client, request.scopes()));
    query.add("state", state.value());
    query.add("nonce", nonce);
    query.add("code_challenge", challenge);
    query.add("code_challenge_method", "S256");
    if (client.responseMode() == ResponseMode.FORM_POST) {
      query.add("response_mode", "form_post");
    }
    client.resources().forEach(resource -> query.add("resource", resource));
    client.authorizationResources().forEach(resource -> query.add("resource", resource));
    request.prompt().ifPresent(value -> query.add("prompt", value));
    request.maxAge().ifPresent(age -> query.add("max_age", String.valueOf(age.toSeconds())));
    request.acrValues().ifPresent(value -> query.add("acr_values", value));
    request.loginHint().ifPresent(value -> query.add("login_hint", value));
    request.uiLocales().ifPresent(value -> query.add("ui_locales", value));
    return query.toUri();
  }

  private static String scope(ClientConfiguration client, Set<String> more) {
    Set<String> others = new LinkedHashSet<>(client.scopes());
    others.addAll(more);
    others.remove("openid");
    return others.isEmpty() ? "openid" : "openid " + String.join(" ", others);
  }

  /** The endpoint keeps a query of its own (RFC 6749 §3.1). */
  private static final class Query {
    private final StringBuilder address;

    Query(URI endpoint) {
      address = new StringBuilder(endpoint.toString());
      address.append(endpoint.getRawQuery() == null ? '?' : '&');
    }

    void add(String name, String value) {
      char last = address.charAt(address.length() - 1);
      address.append(last == '?' || last == '&' ? "" : "&").append(name).append('=');
      address.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    URI toUri() {
      return URI.create(address.toString());
    }
  }
}
