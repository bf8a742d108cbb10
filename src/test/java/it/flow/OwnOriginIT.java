package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says of the address it was sent to changes no answer (rule 6). */
class OwnOriginIT {
  private static final String NAVIGATION =
      "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\nAccept: text/html\r\n";
  private static final String FETCH =
      "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\nAccept: application/json\r\n";

  private static final Pattern REFERENCE = Pattern.compile("\"reference\":\"([^\"]+)\"");

  /**
   * One that has not yet heard of its provider leads to the login URL, where people wait for it.
   */
  @BeforeAll
  static void the_server_is_ready() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> new Browser().openOnly("/health/ready").status() == 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/app", "/assets", "/docs", "/app/"})
  void a_directory_does_not_exist_and_leads_nowhere(String directory) throws IOException {
    for (String answer : lies(directory, NAVIGATION)) {
      assertThat(answer).startsWith("HTTP/1.1 404").contains("GH-1104");
      assertThat(field(answer, "Location")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/account", "/auth/login"})
  void a_login_goes_to_the_provider_and_comes_back_here(String path) throws IOException {
    String redirectUri =
        URLEncoder.encode(
            RunningServer.app().resolve("/auth/callback").toString(), StandardCharsets.UTF_8);
    for (String answer : lies(path, NAVIGATION)) {
      assertThat(answer).startsWith("HTTP/1.1 302");
      assertThat(field(answer, "Location").orElseThrow())
          .startsWith(RunningServer.issuer().toString())
          .contains("&redirect_uri=" + redirectUri + "&");
      assertThat(field(answer, "Set-Cookie").orElseThrow())
          .startsWith("__Host-Http-gatehouse-login=")
          .contains("; Secure;")
          .doesNotContain("Domain");
    }
  }

  @Test
  void a_problem_links_to_our_own_catalogue() throws IOException {
    for (String answer : lies("/account", FETCH)) {
      assertThat(answer)
          .startsWith("HTTP/1.1 401")
          .contains("\"" + RunningServer.app().resolve("/docs/errors.md") + "#GH-1501\"");
    }
  }

  @Test
  void the_audit_log_names_the_address_that_was_talking_and_no_other() throws IOException {
    String localhost = RunningServer.plainApp().getAuthority();
    // what plug-ins of web servers tell WebSphere: address and name of the client
    String lie = "$WSRA: 203.0.113.9\r\n$WSRH: evil.example\r\nX-Forwarded-For: 203.0.113.9\r\n";
    String answer = get("/auth/callback", localhost, FETCH + lie);
    assertThat(auditLineOf(answer)).containsPattern("address=(127\\.0\\.0\\.1|\"?0:0:0:0:0:0:0:1)");
  }

  @Test
  void the_audit_log_names_what_was_asked_for_and_no_query() throws IOException {
    String localhost = RunningServer.plainApp().getAuthority();
    String target = "/a%22%20event=x;jsessionid=hunter2?code=hunter3";
    String answer = get(target, localhost, FETCH);
    assertThat(answer).startsWith("HTTP/1.1 400").containsPattern(REFERENCE);
    assertThat(auditLineOf(answer))
        .endsWith(" method=GET path=\"/a%22%20event=x\"")
        .doesNotContain("hunter");
  }

  /** What the audit log says of the refusal with this answer's reference. */
  private static String auditLineOf(String answer) {
    Matcher reference = REFERENCE.matcher(answer);
    assertThat(reference.find()).isTrue();
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> logged(reference.group(1)), Optional::isPresent)
        .orElseThrow();
  }

  /** The answers to one request, told in every way that it went to another host. */
  private static List<String> lies(String path, String fields) throws IOException {
    String localhost = RunningServer.plainApp().getAuthority();
    List<String> answers = new ArrayList<>();
    answers.add(get(path, "evil.example", fields));
    answers.add(get("http://evil.example" + path, localhost, fields));
    for (String lie :
        List.of(
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n",
            "Forwarded: for=203.0.113.9;host=evil.example;proto=http\r\n",
            "$WSSN: evil.example\r\n$WSSP: 80\r\n$WSIS: false\r\n$WSSC: http\r\n")) {
      answers.add(get(path, localhost, fields + lie));
    }
    assertThat(answers).allSatisfy(answer -> assertThat(answer).doesNotContain("evil.example"));
    return answers;
  }

  private static String get(String target, String host, String fields) throws IOException {
    return RawConnection.exchange(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\n"
            + fields
            + "Connection: close\r\n\r\n");
  }

  private static Optional<String> field(String answer, String name) {
    Matcher field = Pattern.compile("(?im)^" + name + ": *(.*?)\\r?$").matcher(answer);
    return field.find() ? Optional.of(field.group(1)) : Optional.empty();
  }

  private static Optional<String> logged(String reference) throws IOException {
    return Files.readAllLines(RunningServer.directory().resolve("logs/messages.log")).stream()
        .filter(line -> line.contains(reference))
        .findFirst();
  }
}
