package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No spelling of a path gets past what guards it. */
class PathsIT {
  private static final String FIELDS =
      " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n";

  static List<String> ofThePage() {
    return Paths.spellings("", "account");
  }

  @ParameterizedTest
  @MethodSource("ofThePage")
  void a_protected_page_is_shown_to_nobody_without_a_session(String target) throws IOException {
    for (URI app : RunningServer.bothApps()) {
      String answer = RawConnection.exchange(app, "GET " + target + FIELDS);

      assertThat(answer).as("at " + app).matches("(?s)HTTP/1\\.1 (?:302|400|404|405) .*");
      assertThat(answer).as("at " + app).doesNotContain("/app/account.js");
    }
  }

  static List<String> ofTheApi() {
    return Paths.spellings("/api/v1/user", "profile");
  }

  @ParameterizedTest
  @MethodSource("ofTheApi")
  void the_api_answers_nobody_without_a_token(String target) throws IOException {
    for (URI app : RunningServer.bothApps()) {
      String answer = RawConnection.exchange(app, "GET " + target + FIELDS);

      assertThat(answer).as("at " + app).matches("(?s)HTTP/1\\.1 (?:400|401|404|405) .*");
      assertThat(answer).as("at " + app).doesNotContain("\"subject\"");
    }
  }
}
