package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input of every kind, and that it costs nobody anything. */
class BadRequestsIT {
  private final Browser browser = new Browser();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/auth/logout",
        "/a/../b",
        "/%2e%2e/b"
      })
  void a_foreign_return_target_is_refused_and_never_followed(String target) {
    Visit answer = browser.openOnly("/auth/login?" + Forms.encode(Map.of("return_to", target)));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.location()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/auth/login?provider=nobody",
        "/auth/login?scope=admin",
        "/auth/login?return_to=/&return_to=/account",
        "/auth/login?iss=https://evil.example"
      })
  void a_login_that_asks_for_what_it_may_not_is_refused(String login) {
    assertThat(browser.openOnly(login).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/auth/callback",
        "/auth/callback?code=x",
        "/auth/callback?code=x&state=forged",
        "/auth/callback?code=x&code=y&state=forged",
        "/auth/callback?error=access_denied"
      })
  void a_callback_without_a_state_of_ours_is_a_400_page_with_a_code(String callback) {
    Visit answer = browser.openOnly(callback);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("content-type").orElseThrow()).startsWith("text/html");
    assertThat(answer.body()).containsPattern("GH-12\\d\\d");
  }

  @Test
  void the_state_of_another_browser_is_refused_and_stays_usable_for_its_own() {
    Visit consent = atConsent("/account");
    Browser other = new Browser();
    String foreign = consent.parameter("state").orElseThrow();

    Visit refused =
        other.openOnly("/auth/callback?" + Forms.encode(Map.of("code", "x", "state", foreign)));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(browser.allow(consent).uri().getPath()).isEqualTo("/account");
  }

  @Test
  void a_replayed_callback_in_a_signed_in_browser_just_goes_on() {
    Visit account = browser.signIn("alice", "/account");
    String callback =
        browser.history().stream()
            .map(Visit::uri)
            .filter(uri -> uri.getPath().equals("/auth/callback"))
            .findFirst()
            .orElseThrow()
            .toString();

    Visit again = browser.open(callback);

    assertThat(account.uri().getPath()).isEqualTo("/account");
    assertThat(again.uri().getPath()).isEqualTo("/account");
    assertThat(again.status()).isEqualTo(200);
  }

  @Test
  void a_refusal_at_the_provider_is_a_403_page_and_a_session_survives_it() {
    browser.signIn("alice", "/account");
    String session = browser.cookie("__Host-Http-gatehouse").orElseThrow();
    Visit consent = browser.open("/auth/login?return_to=/account");

    Visit refused = browser.cancel(consent);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body())
        .contains("GH-1211", "access_denied", "href=\"/auth/login?return_to=%2Faccount\"");
    assertThat(browser.cookie("__Host-Http-gatehouse")).hasValue(session);
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();
  }

  @Test
  void a_fetch_never_starts_a_login() {
    Visit page = browser.fetch("GET", "/account", null);
    Visit login = browser.fetch("GET", "/auth/login", null);

    assertThat(page.status()).isEqualTo(401);
    assertThat(page.header("content-type").orElseThrow()).startsWith("application/problem+json");
    assertThat(page.json().getString("login_url")).startsWith("/auth/login");
    assertThat(login.location()).isEmpty();
    assertThat(login.status()).isBetween(400, 499);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /auth/refresh",
    "POST, /auth/logout",
    "PUT, /bff/v1/user/profile",
    "GET, /bff/v1/user/profile"
  })
  void a_request_from_another_site_is_refused(String method, String path) {
    browser.signIn("alice", "/account");
    Map<String, String> crossSite = new LinkedHashMap<>();
    crossSite.put("Sec-Fetch-Site", "cross-site");
    crossSite.put("Origin", "https://evil.example");
    crossSite.put("X-CSRF", "1");

    Visit answer = browser.fetch(method, path, method.equals("GET") ? null : "{}", crossSite);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();
  }

  @Test
  void an_unsafe_request_without_the_header_is_refused() {
    browser.signIn("alice", "/account");

    assertThat(browser.fetch("POST", "/auth/refresh", "", Map.of()).status()).isEqualTo(403);
    assertThat(browser.fetch("POST", "/auth/logout", "", Map.of()).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "/nowhere, 404",
    "/WEB-INF/web.xml, 404",
    "/a%2fb, 400",
    "/account;x=y, 400",
    "/account;jsessionid=x, 400",
    "/auth/session;jsessionid=x/y, 400",
    "//account, 400"
  })
  void an_address_that_is_none_of_ours_gets_our_own_page(String path, int status) {
    Visit answer = browser.openOnly(RunningServer.app() + path);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).doesNotContain("Exception", "SRVE", "\tat ");
    assertThat(answer.header("content-security-policy")).isPresent();
    assertThat(answer.header("x-powered-by")).isEmpty();
    assertThat(answer.header("server")).isEmpty();
    assertThat(answer.header("$wsep")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5|Content-Length: 5",
        "Content-Length: 5|Host: evil.example",
        "Content-Length: 5|Host: localhost",
        "Content-Length: 5|Transfer-Encoding:\u000bchunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked|Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity"
      })
  void a_request_with_two_ends_or_hosts_is_refused_and_nothing_after_it_is_read(String fields)
      throws IOException {
    for (String target : List.of("GET /", "POST /auth/refresh", "PUT /api/v1/user/profile")) {
      for (URI app : RunningServer.bothApps()) {
        String answers = RawConnection.exchange(app, request(target, fields.split("[|]")));

        assertThat(answers)
            .as(target + " at " + app)
            .startsWith("HTTP/1.1 400")
            .contains("GH-1102");
        assertThat(statuses(answers)).as(target + " at " + app).hasSize(1);
      }
    }
  }

  /**
   * The server takes the second length away before we see it; RFC 9112 §6.3 lets it, if it closes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5|Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked|Content-Length: 5",
        "Content-Length: 5|Content-Length: 0",
        "Content-Length: 0|Content-Length: 5"
      })
  void of_two_ends_that_the_server_settles_itself_nothing_after_the_first_is_read(String fields)
      throws IOException {
    for (URI app : RunningServer.bothApps()) {
      String answers =
          RawConnection.exchange(app, request("GET /auth/session", fields.split("[|]")));

      assertThat(statuses(answers)).as("at " + app).containsExactly("200");
    }
  }

  @Test
  void a_comma_joined_host_is_refused() throws IOException {
    for (URI app : RunningServer.bothApps()) {
      String answers =
          RawConnection.exchange(app, "GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n");

      assertThat(statuses(answers)).as("at " + app).containsExactly("400");
    }
  }

  @Test
  void a_request_with_one_end_leaves_the_connection_to_the_next() throws IOException {
    for (String length : List.of("Content-Length: 5", "Transfer-Encoding: chunked")) {
      for (URI app : RunningServer.bothApps()) {
        String answers = RawConnection.exchange(app, request("GET /auth/session", length));

        assertThat(statuses(answers)).as(length + " at " + app).containsExactly("200", "200");
      }
    }
  }

  /** With five bytes of body, a whole one in chunks too, and another request behind it. */
  private static String request(String target, String... fields) {
    return String.join("\r\n", target + " HTTP/1.1", "Host: localhost", String.join("\r\n", fields))
        + "\r\n\r\n0\r\n\r\n"
        + "GET /auth/providers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }

  private static List<String> statuses(String answers) {
    return Pattern.compile("HTTP/1\\.1 (\\d{3})")
        .matcher(answers)
        .results()
        .map(status -> status.group(1))
        .toList();
  }

  @Test
  void what_no_route_grants_does_not_exist() {
    browser.signIn("alice", "/account");

    assertThat(browser.fetch("GET", "/bff/v1/elsewhere", null).status()).isEqualTo(404);
    assertThat(browser.fetch("PATCH", "/bff/v1/user/profile", "{}").status()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /auth/session, 405",
    "FOO, /, 405",
    "FOO, /auth/session, 405",
    "DELETE, /, 405",
    "DELETE, /app/home.js, 405",
    "PUT, /assets/gatehouse.css, 405",
    "POST, /docs/errors.md, 405",
    "PROPFIND, /app/home.js, 405",
    "DELETE, /nowhere, 404",
    "OPTIONS, /app/home.js, 200"
  })
  void a_method_that_an_address_does_not_have_is_405(String method, String path, int status) {
    Visit answer = browser.fetch(method, path, null);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).doesNotContain("GH-19");
  }

  private Visit atConsent(String returnTo) {
    Visit login = browser.open("/auth/login?return_to=" + returnTo);
    return browser.submit(
        login, login.formAction(), Map.of("j_username", "alice", "j_password", "alice"));
  }

  /** Decision D22: the answers of a few streams at once would stop the server. */
  @Test
  void http_2_is_not_agreed_upon() throws IOException {
    SSLContext trust = RunningServer.trust(RunningServer.directory());
    URI app = RunningServer.app();
    try (SSLSocket socket =
        (SSLSocket) trust.getSocketFactory().createSocket(app.getHost(), app.getPort())) {
      SSLParameters offer = socket.getSSLParameters();
      offer.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      socket.setSSLParameters(offer);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
    }
  }
}
