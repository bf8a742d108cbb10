package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing that opens a door is seen by the browser or written down (rule 16). */
class SecretsStayInsideIT {
  private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}");
  private static final String CLIENT_SECRET = "development-only";

  private final Browser browser = new Browser();

  @Test
  void no_page_address_header_or_log_line_holds_a_secret() throws IOException {
    browser.signIn("alice", "/account");
    browser.fetch("GET", "/auth/session", null);
    browser.fetch("GET", "/bff/v1/user/profile", null);
    browser.fetch("POST", "/auth/refresh", "");
    String session = browser.cookie("__Host-Http-gatehouse").orElseThrow();
    String login = browser.cookie("__Host-Http-gatehouse-login").orElse("no login cookie left");
    Visit confirmation = browser.open("/auth/logout");
    browser.submit(confirmation, confirmation.formAction(), confirmation.hiddenFields());

    seenByTheBrowser().forEach(text -> assertThat(text).doesNotContainPattern(JWT));
    seenByTheBrowser().forEach(text -> assertThat(text).doesNotContain(CLIENT_SECRET));
    for (Path log : RunningServer.logFiles()) {
      String text = RunningServer.textOf(log);
      assertThat(text).as(log.toString()).doesNotContainPattern(JWT);
      assertThat(text).as(log.toString()).doesNotContain(CLIENT_SECRET, session, login);
      codesAndStates().forEach(value -> assertThat(text).as(log.toString()).doesNotContain(value));
    }
  }

  @Test
  void the_server_dumps_nothing_into_files_of_its_own() {
    browser.openOnly("/nowhere");

    assertThat(RunningServer.logFiles()).noneMatch(file -> file.toString().contains("ffdc"));
  }

  /** Bodies, headers and addresses of Gatehouse; where it sends the browser is an address too. */
  private List<String> seenByTheBrowser() {
    List<String> seen = new ArrayList<>();
    browser.history().stream()
        .filter(visit -> visit.uri().getHost().equals("localhost"))
        .forEach(
            visit -> {
              seen.add(visit.uri().toString());
              seen.add(visit.body());
              visit.headers().map().forEach((name, values) -> seen.addAll(withoutHint(values)));
            });
    return seen;
  }

  /** The one token a browser ever carries: RP-Initiated Logout §2. */
  private static List<String> withoutHint(List<String> values) {
    return values.stream().map(value -> value.replaceAll("id_token_hint=[^&]+", "")).toList();
  }

  private Stream<String> codesAndStates() {
    return browser.history().stream()
        .filter(visit -> visit.uri().getPath().equals("/auth/callback"))
        .flatMap(
            visit -> Stream.of("code", "state").flatMap(name -> visit.parameter(name).stream()));
  }
}
