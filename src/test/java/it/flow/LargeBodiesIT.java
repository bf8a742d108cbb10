package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server itself bounds no body, since routes may take large ones: all that reads one must. */
class LargeBodiesIT {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final String CSRF = "X-CSRF: 1";
  private static final int CHUNK = 65536;

  @ParameterizedTest
  @CsvSource({
    "POST /auth/backchannel-logout, 400",
    "POST /auth/logout, 413",
    "POST /auth/callback, 413",
    "POST /auth/refresh, 413",
    "PUT /api/v1/user/profile, 413",
    "POST /, 413",
    "POST /nowhere, 413"
  })
  void a_body_that_says_to_be_large_is_refused_before_any_of_it_is_read(String line, int status)
      throws IOException {
    for (URI app : RunningServer.bothApps()) {
      String answer =
          RawConnection.firstAnswer(app, head(line, FORM, CSRF, "Content-Length: 2097152"));

      assertThat(answer)
          .as("at " + app)
          .startsWith("HTTP/1.1 " + status)
          .contains("application/problem+json");
    }
  }

  static Stream<Arguments> readers() {
    return Stream.of(
        Arguments.of("POST /auth/backchannel-logout", FORM, 400),
        Arguments.of("POST /auth/logout", FORM, 413),
        Arguments.of("POST /auth/callback", FORM, 400),
        Arguments.of("PUT /api/v1/user/profile", "Content-Type: application/json", 401));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void a_body_that_does_not_say_is_read_as_far_as_it_may_be(String line, String type, int status)
      throws IOException {
    String request =
        head(line, type, CSRF, "Transfer-Encoding: chunked")
            + (Integer.toHexString(CHUNK) + "\r\n" + "a".repeat(CHUNK) + "\r\n").repeat(32)
            + "0\r\n\r\n";

    for (URI app : RunningServer.bothApps()) {
      assertThat(RawConnection.firstAnswer(app, request))
          .as("at " + app)
          .startsWith("HTTP/1.1 " + status);
    }
  }

  /**
   * The server reads forms into memory by itself, and its heap is smaller than this: at its own
   * metrics, and, looking for a token, wherever an Authorization field is.
   */
  @ParameterizedTest
  @CsvSource({
    "POST /metrics, X-Other: 1, 405",
    "POST /metrics, Authorization: Bearer a.b.c, 405",
    "POST /bff/x, Authorization: Bearer a.b.c, 405",
    "POST /auth/session, Authorization: Basic YTpi, 413",
    "POST /api/v1/user/profile, Authorization: Bearer a.b.c, 413"
  })
  void the_server_reads_no_form_of_its_own_accord(String line, String field, int status)
      throws IOException {
    for (URI app : RunningServer.bothApps()) {
      String answer =
          RawConnection.firstAnswer(
              app, head(line, FORM, CSRF, field, "Content-Length: 2000000000"));

      assertThat(answer).as("at " + app).startsWith("HTTP/1.1 " + status);
    }
    assertThat(new Browser().fetch("GET", "/auth/session", null).status()).isEqualTo(200);
  }

  @Test
  void metrics_are_there_for_all_that() {
    assertThat(new Browser().openOnly("/metrics").status()).isEqualTo(200);
  }

  private static String head(String line, String... fields) {
    return String.join("\r\n", line + " HTTP/1.1", "Host: localhost", String.join("\r\n", fields))
        + "\r\nConnection: close\r\n\r\n";
  }
}
