package io.gatehouse.authorizationserver;

import com.nimbusds.oauth2.sdk.util.URLUtils;
import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    idTokenHint.ifPresent(hint -> parameters.put("id_token_hint", List.of(hint.reveal())));
    logoutHint.ifPresent(hint -> parameters.put("logout_hint", List.of(hint)));
    parameters.put("client_id", List.of(provider.configuration().client().clientId()));
    parameters.put("post_logout_redirect_uri", List.of(postLogoutRedirectUri.toString()));
    parameters.put("state", List.of(state));
    String query = URLUtils.serializeParameters(parameters);
    return provider
        .metadata()
        .endSessionEndpoint()
        .map(
            endpoint ->
                URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + query));
  }
}
