package io.gatehouse.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.MutableClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionPayloadTest {
  private final SessionPayload payload =
      new SessionPayload(
          "alice",
          Optional.of("sid-1"),
          Map.of("groups", List.of("a", "b")),
          TestSessions.tokens(MutableClock.atWholeSecond(), "at-1", "rt-1"),
          "Browser/1.0",
          "192.0.2.1");

  @Test
  void what_a_newer_version_added_is_passed_over() {
    String written = new String(payload.toBytes(), UTF_8);
    String newer =
        "{\"dpop_key\":{\"kty\":\"EC\",\"crv\":[1,2,{}]},\"risk\":7,"
            + written.substring(1, written.length() - 1)
            + ",\"device\":null,\"trusted\":true}";
    assertThat(SessionPayload.parse(newer.getBytes(UTF_8))).isEqualTo(payload);
  }
}
