package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What development relies on of Liberty's own authorization server, asked directly. Where a new
 * version of it behaves otherwise, this says so before anything else does.
 */
class EmbeddedProviderIT {
  private static final String VERIFIER = "a-code-verifier-of-forty-three-characters-ok";
  private static final URI CALLBACK = RunningServer.app().resolve("/auth/callback");

  private final Browser browser = new Browser();

  @Test
  void says_what_it_can_do() {
    JsonObject metadata =
        browser.openOnly(RunningServer.issuer() + "/.well-known/openid-configuration").json();

    assertThat(metadata.getString("issuer")).isEqualTo(RunningServer.issuer().toString());
    assertThat(metadata.getJsonArray("scopes_supported"))
        .contains(Json.createValue("offline_access"), Json.createValue("read"));
    assertThat(metadata.getJsonArray("grant_types_supported"))
        .containsExactly(Json.createValue("authorization_code"), Json.createValue("refresh_token"));
    assertThat(metadata.getJsonArray("response_types_supported"))
        .containsExactly(Json.createValue("code"));
  }

  @Test
  void asks_for_password_and_consent_and_issues_an_access_token_for_the_api() {
    JsonObject answer = tokens(VERIFIER);

    JsonObject accessToken = claims(answer.getString("access_token"));
    assertThat(accessToken.getString("iss")).isEqualTo(RunningServer.issuer().toString());
    assertThat(accessToken.getString("aud")).isEqualTo("gatehouse-api");
    assertThat(accessToken.getString("sub")).isEqualTo("alice");
    // five minutes to people, less to these tests
    assertThat(accessToken.getInt("exp") - accessToken.getInt("iat")).isBetween(20, 300);
    assertThat(accessToken.getJsonArray("scope"))
        .contains(Json.createValue("read"), Json.createValue("write"));
  }

  @Test
  void refuses_a_code_without_its_verifier() {
    JsonObject answer = tokens("another-verifier-of-forty-three-characters-ok");

    assertThat(answer.getString("error")).isEqualTo("invalid_grant");
  }

  @Test
  void refuses_an_authorization_request_without_a_challenge() {
    Map<String, String> request = authorizationRequest();
    request.remove("code_challenge");
    request.remove("code_challenge_method");

    Visit answer = authorize(request);

    assertThat(answer.uri().toString()).startsWith(CALLBACK.toString());
    assertThat(answer.parameter("error")).hasValue("invalid_request");
  }

  @Test
  void rotates_refresh_tokens_and_refuses_the_old_one() {
    JsonObject first = tokens(VERIFIER);
    JsonObject second = refresh(first.getString("refresh_token"), VERIFIER);

    assertThat(second.getString("refresh_token")).isNotEqualTo(first.getString("refresh_token"));
    assertThat(refresh(first.getString("refresh_token"), VERIFIER).getString("error"))
        .isEqualTo("invalid_grant");
  }

  /** OpenLiberty issue 34642: the reason for the quirk refresh-needs-code-verifier. */
  @Test
  void wants_the_code_verifier_again_at_refresh() {
    JsonObject first = tokens(VERIFIER);

    assertThat(refresh(first.getString("refresh_token"), "").getString("error"))
        .isEqualTo("invalid_request");
  }

  private JsonObject tokens(String verifier) {
    Visit callback = authorize(authorizationRequest());
    return token(
        Map.of(
            "grant_type",
            "authorization_code",
            "code",
            callback.parameter("code").orElseThrow(),
            "redirect_uri",
            CALLBACK.toString(),
            "code_verifier",
            verifier));
  }

  private JsonObject refresh(String refreshToken, String verifier) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("grant_type", "refresh_token");
    fields.put("refresh_token", refreshToken);
    if (!verifier.isEmpty()) {
      fields.put("code_verifier", verifier);
    }
    return token(fields);
  }

  /** Ends at the redirection endpoint, which knows nothing of this request and refuses it. */
  private Visit authorize(Map<String, String> request) {
    return browser.atProvider(
        browser.open(RunningServer.issuer() + "/authorize?" + Forms.encode(request)), "alice");
  }

  private static Map<String, String> authorizationRequest() {
    Map<String, String> request = new LinkedHashMap<>();
    request.put("response_type", "code");
    request.put("client_id", "gatehouse");
    request.put("redirect_uri", CALLBACK.toString());
    request.put("scope", "openid profile email offline_access read write");
    request.put("state", "s");
    request.put("nonce", "n");
    request.put("resource", "gatehouse-api");
    request.put("code_challenge", challenge());
    request.put("code_challenge_method", "S256");
    return request;
  }

  private JsonObject token(Map<String, String> fields) {
    String client =
        Base64.getEncoder()
            .encodeToString("gatehouse:development-only".getBytes(StandardCharsets.UTF_8));
    return browser
        .fetch(
            "POST",
            RunningServer.issuer() + "/token",
            Forms.encode(fields),
            Map.of(
                "Authorization",
                "Basic " + client,
                "Content-Type",
                "application/x-www-form-urlencoded"))
        .json();
  }

  private static String challenge() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject claims(String token) {
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
    return Json.createReader(new StringReader(new String(payload, StandardCharsets.UTF_8)))
        .readObject();
  }
}
