package io.gatehouse.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Secret;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.RefreshState;
import io.gatehouse.web.Answer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionAnswerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void signed_out_is_an_answer_with_the_way_in() {
    Answer answer = SessionAnswer.of(Optional.empty());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"signed_in\":false,\"login_url\":\"/auth/login\"}");
    assertThat(answer.fields()).contains(new Answer.Field("Cache-Control", "no-store"));
  }

  @Test
  void signed_in_tells_who_what_and_until_when() {
    JsonObject json = json(session(Map.of("name", "Alice", "email", "alice@example.org"), true));
    assertThat(json.keySet())
        .containsExactlyInAnyOrder(
            "signed_in",
            "subject",
            "name",
            "email",
            "provider",
            "scopes",
            "claims",
            "access_token_expires_at",
            "refresh_token_expires_at",
            "idle_expires_at",
            "session_expires_at");
    assertThat(json.getBoolean("signed_in")).isTrue();
    assertThat(json.getString("subject")).isEqualTo("alice");
    assertThat(json.getString("name")).isEqualTo("Alice");
    assertThat(json.getString("email")).isEqualTo("alice@example.org");
    assertThat(json.getString("provider")).isEqualTo("default");
    assertThat(json.getJsonArray("scopes")).hasToString("[\"openid\",\"read\"]");
    assertThat(json.getString("access_token_expires_at")).isEqualTo("2026-01-01T00:05:00Z");
    assertThat(json.getString("refresh_token_expires_at")).isEqualTo("2026-01-02T00:00:00Z");
    assertThat(json.getString("idle_expires_at")).isEqualTo("2026-01-01T00:30:00Z");
    // the refresh token ends before the absolute time-out, and the session with it
    assertThat(json.getString("session_expires_at")).isEqualTo("2026-01-02T00:00:00Z");
  }

  @Test
  void what_nobody_told_is_null_and_never_left_out() {
    JsonObject json = json(session(Map.of(), false));
    assertThat(json.get("name")).isEqualTo(JsonValue.NULL);
    assertThat(json.get("email")).isEqualTo(JsonValue.NULL);
    assertThat(json.get("refresh_token_expires_at")).isEqualTo(JsonValue.NULL);
    assertThat(json.getString("session_expires_at")).isEqualTo("2026-01-01T00:05:00Z");
    assertThat(json.getJsonObject("claims")).isEmpty();
  }

  @Test
  void claims_keep_their_shape() {
    Map<String, Object> claims =
        Map.of(
            "groups",
            List.of("a", "b"),
            "address",
            Map.of("locality", "Wien"),
            "email_verified",
            true,
            "age",
            42L,
            "ratio",
            0.5);
    assertThat(json(session(claims, true)).getJsonObject("claims"))
        .hasToString(
            "{\"address\":{\"locality\":\"Wien\"},\"age\":42,\"email_verified\":true,"
                + "\"groups\":[\"a\",\"b\"],\"ratio\":0.5}");
  }

  @Test
  void a_name_that_is_no_text_is_no_name() {
    assertThat(json(session(Map.of("name", List.of("x")), true)).get("name"))
        .isEqualTo(JsonValue.NULL);
  }

  @Test
  void no_token_and_no_handle_of_the_session_is_told() {
    assertThat(SessionAnswer.of(Optional.of(session(Map.of(), true))).body())
        .doesNotContain(
            "access-secret", "refresh-secret", "id-secret", "verifier", "hash", "handle");
  }

  private static JsonObject json(Session session) {
    return Json.createReader(new StringReader(SessionAnswer.of(Optional.of(session)).body()))
        .readObject();
  }

  static Session session(Map<String, Object> claims, boolean canRefresh) {
    Optional<Secret> refreshToken =
        canRefresh ? Optional.of(Secret.of("refresh-secret")) : Optional.empty();
    Tokens tokens =
        new Tokens(
            Secret.of("access-secret"),
            Optional.of(START.plus(Duration.ofMinutes(5))),
            Duration.ofMinutes(5),
            refreshToken,
            refreshToken.map(any -> START.plus(Duration.ofDays(1))),
            Secret.of("id-secret"),
            Optional.of(Secret.of("verifier")),
            Set.of("read", "openid"));
    return new Session(
        new SessionKey("hash"),
        "handle",
        "default",
        "alice",
        Optional.empty(),
        claims,
        tokens,
        START,
        START,
        START.plus(Duration.ofMinutes(30)),
        START.plus(Duration.ofDays(7)),
        1,
        1,
        List.of(),
        new Session.Renewal(RefreshState.IDLE, START, 0, START),
        "agent",
        "127.0.0.1");
  }
}
