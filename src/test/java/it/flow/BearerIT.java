package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protected resource, asked by whoever has or has not a token. */
class BearerIT {
  private static final String PROFILE = "/api/v1/user/profile";
  private static final RSAKey STRANGER = SigningKeys.rsa("stranger");

  private final Browser client = new Browser();

  @Test
  void without_a_token_the_challenge_has_no_error_code() {
    Visit answer = ask(Map.of());

    assertThat(answer.status()).isEqualTo(401);
    assertThat(challenge(answer))
        .startsWith("Bearer realm=\"gatehouse\"")
        .contains("resource_metadata=\"" + RunningServer.app())
        .doesNotContain("error=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage-marker", "eyJhbGciOiJub25lIn0.eyJtYXJrZXIiOiJub25lIn0.", "a.b.c"})
  void what_is_no_token_is_an_invalid_token(String token) throws IOException {
    refused(token);
  }

  @Test
  void a_token_of_a_stranger_is_an_invalid_token_and_stays_out_of_every_log() throws IOException {
    Secret token =
        TokenBuilder.accessToken(
                STRANGER,
                RunningServer.issuer().toString(),
                List.of("gatehouse-api"),
                "alice",
                Instant.now(),
                Duration.ofMinutes(5))
            .claim("scope", "read")
            .build();

    refused(token.reveal());
  }

  @Test
  void a_signed_in_browser_has_no_more_rights_here_than_anybody() {
    client.signIn("alice", "/account");

    assertThat(ask(Map.of()).status()).isEqualTo(401);
  }

  @Test
  void the_metadata_names_the_authorization_server() {
    Visit metadata = client.fetch("GET", "/.well-known/oauth-protected-resource", null);

    assertThat(metadata.status()).isEqualTo(200);
    assertThat(metadata.json().getJsonArray("authorization_servers").getString(0))
        .isEqualTo(RunningServer.issuer().toString());
  }

  private void refused(String token) throws IOException {
    Visit answer = ask(Map.of("Authorization", "Bearer " + token));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headerValues("www-authenticate")).hasSize(1);
    assertThat(challenge(answer))
        .startsWith("Bearer realm=\"gatehouse\"")
        .contains("error=\"invalid_token\"");
    for (Path log : RunningServer.logFiles()) {
      assertThat(RunningServer.textOf(log)).as(log.toString()).doesNotContain(token);
    }
  }

  private Visit ask(Map<String, String> headers) {
    return client.fetch("GET", PROFILE, null, new LinkedHashMap<>(headers));
  }

  private static String challenge(Visit answer) {
    return answer.header("www-authenticate").orElseThrow();
  }
}
