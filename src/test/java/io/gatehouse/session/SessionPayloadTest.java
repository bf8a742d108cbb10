package io.gatehouse.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.MutableClock;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionPayloadTest {
  private static final MutableClock CLOCK = MutableClock.atWholeSecond();

  /** What the first version of us cannot do without. */
  private static final Set<String> FROM_THE_START =
      Set.of(
          "sub",
          "sid",
          "claims",
          "access_token",
          "access_token_expires_at",
          "access_token_lifetime",
          "refresh_token",
          "refresh_token_expires_at",
          "id_token",
          "scopes",
          "user_agent",
          "ip");

  private final SessionPayload payload =
      new SessionPayload(
          "alice",
          Optional.of("sid-1"),
          Map.of("groups", List.of("a", "b")),
          TestSessions.tokens(CLOCK, "at-1", "rt-1"),
          3,
          List.of(
              new ResourceGrant(
                  URI.create("https://orders.example/"),
                  Optional.of(
                      new AccessToken(
                          Secret.of("at-2"),
                          Optional.of(CLOCK.instant()),
                          Duration.ofMinutes(5),
                          Set.of("orders"),
                          4)),
                  Instant.EPOCH),
              new ResourceGrant(
                  URI.create("https://other.example/"), Optional.empty(), CLOCK.instant())),
          "Browser/1.0",
          "192.0.2.1");

  @Test
  void what_a_newer_version_added_is_passed_over() {
    String written = new String(payload.toBytes(), UTF_8);
    String newer =
        "{\"dpop_key\":{\"kty\":\"EC\",\"crv\":[1,2,{}]},\"risk\":7,"
            + written.substring(1, written.length() - 1)
            + ",\"device\":null,\"trusted\":true}";
    assertThat(SessionPayload.parse(newer.getBytes(UTF_8), 7)).isEqualTo(payload);
  }

  @Test
  void an_older_version_finds_what_it_knows_as_it_knows_it() {
    JsonObject written = json(payload.toBytes());
    assertThat(written).containsKeys(FROM_THE_START.toArray(String[]::new));
    assertThat(written.getString("access_token")).isEqualTo("at-1");
    assertThat(written.getString("refresh_token")).isEqualTo("rt-1");
  }

  @Test
  void what_an_older_version_wrote_is_a_session_with_one_access_token_of_its_generation() {
    JsonObjectBuilder older = Json.createObjectBuilder(json(payload.toBytes()));
    json(payload.toBytes()).keySet().stream()
        .filter(name -> !FROM_THE_START.contains(name))
        .forEach(older::remove);

    SessionPayload read = SessionPayload.parse(older.build().toString().getBytes(UTF_8), 7);
    assertThat(read.tokens()).isEqualTo(payload.tokens());
    assertThat(read.accessTokenGeneration()).isEqualTo(7);
    assertThat(read.resources()).isEmpty();
  }

  private static JsonObject json(byte[] bytes) {
    return Json.createReader(new ByteArrayInputStream(bytes)).readObject();
  }
}
