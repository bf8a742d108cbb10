package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import it.flow.RecordingSite.Asked;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole site behind the gateway, calls below {@code /bff}, and what tries to get around. */
class RoutesIT {
  private static RecordingSite site;
  private static OwnServer server;
  private static Browser browser;
  private static String cookie;

  @BeforeAll
  static void start() {
    site = new RecordingSite();
    server = OwnServer.development("routes");
    Map<String, String> settings = new HashMap<>();
    settings.put("GATEHOUSE_ROUTES", "things admin site");
    route(settings, "THINGS", "/bff/things", "/t", "GET POST");
    route(settings, "ADMIN", "/bff/things/admin", "/secret", "POST");
    route(settings, "SITE", "/", "/s", "GET POST");
    server.start(settings);
    browser = server.browser();
    browser.signIn("alice", "/page");
    cookie = "__Host-Http-gatehouse=" + browser.cookie("__Host-Http-gatehouse").orElseThrow();
  }

  private static void route(
      Map<String, String> settings, String id, String path, String target, String methods) {
    settings.put("GATEHOUSE_ROUTE_" + id + "_PATH", path);
    settings.put("GATEHOUSE_ROUTE_" + id + "_TARGET", site.address() + target);
    settings.put("GATEHOUSE_ROUTE_" + id + "_METHODS", methods);
  }

  @AfterAll
  static void stop() {
    server.close();
    site.close();
  }

  @BeforeEach
  void forget() {
    site.taken();
  }

  @Test
  void a_visitor_signs_in_first_and_comes_back_to_the_page() {
    Browser visitor = server.browser();
    Visit page = visitor.atProvider(visitor.open("/page/two?x=1"), "bob");

    assertThat(page.uri().toString()).endsWith("/page/two?x=1");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).isEqualTo("the site has /s/page/two?x=1");
    assertThat(site.taken()).hasSize(1);
  }

  @Test
  void a_script_without_a_session_is_told_where_to_sign_in() {
    for (String path : List.of("/data", "/bff/things/1")) {
      Visit answer = server.browser().fetch("GET", path, null);

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().getString("login_url")).startsWith("/auth/login");
    }
    assertThat(site.taken()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /s/",
    "/account, /s/account",
    "/favicon.ico, /s/favicon.ico",
    "/app/other.js, /s/app/other.js",
    "/authors, /s/authors"
  })
  void the_site_takes_the_pages_that_are_not_ours(String path, String target) {
    assertThat(browser.openOnly(path).status()).isEqualTo(200);
    assertThat(site.taken()).extracting(Asked::target).containsExactly(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/auth/session",
        "/auth/nothing",
        "/api/v1/user/profile",
        "/health/live",
        "/metrics",
        "/openapi",
        "/.well-known/oauth-protected-resource",
        "/app/api.js",
        "/assets/gatehouse.css",
        "/docs/errors.md",
        "/bff",
        "/bff/other"
      })
  void the_site_never_sees_what_is_ours(String path) {
    browser.fetch("GET", path, null);
    browser.fetch("POST", path, "{}");

    assertThat(site.taken()).isEmpty();
  }

  @Test
  void the_server_started_without_a_complaint() {
    assertThat(server.console()).doesNotContain("[ERROR", "SRVE0321E");
  }

  static Stream<String> spellings() {
    return Stream.of(
            Paths.spellings("/bff/things", "admin"),
            Paths.spellings("/auth", "session"),
            Paths.spellings("/api/v1/user", "profile"),
            Paths.spellings("", "page"))
        .flatMap(List::stream)
        .distinct();
  }

  /** What the site is asked for is the one reading that was decided on, or nothing at all. */
  @ParameterizedTest
  @MethodSource("spellings")
  void no_spelling_of_a_path_reaches_the_site_as_another(String target) throws IOException {
    send("GET " + target, cookie("Sec-Fetch-Site: same-origin", "X-CSRF: 1"));

    List<Asked> asked = site.taken();
    assertThat(asked).hasSizeLessThan(2);
    for (Asked one : asked) {
      String path = one.target().replaceAll("[?].*", "");
      assertThat(path)
          .doesNotContain("//", "/./", "/../", ";", "\\")
          .doesNotMatch("(?i).*(/[.]{1,2}|%2e|%2f|%5c|%3b|%25|%00|%0.|%[89a-f].).*")
          .doesNotMatch("/secret.*|/t/admin(?:/.*)?|/s/(?:auth|api|bff)(?:/.*)?");
      assertThat(decoded(ourPathOf(path))).isEqualTo(decoded(pathOf(target)));
    }
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void without_a_session_no_spelling_reaches_the_site(String target) throws IOException {
    send("GET " + target, "Sec-Fetch-Site: same-origin", "X-CSRF: 1");

    assertThat(site.taken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bff/things/Admin", "/bff/things/ADMIN/1", "/bff/things/%41dmin"})
  void a_narrow_path_in_another_case_does_not_reach_the_wide_route(String path) throws IOException {
    assertThat(send("GET " + path, cookie("X-CSRF: 1"))).startsWith("HTTP/1.1 404");
    assertThat(site.taken()).isEmpty();
  }

  private static String ourPathOf(String path) {
    return path.startsWith("/s/") ? path.substring(2) : "/bff/things" + path.substring(2);
  }

  private static String pathOf(String target) {
    // at the end of the request line a tab is a space (RFC 9112 §3)
    return target.replaceFirst("^https?://[^/]+", "").replaceAll("[?].*|\\t$", "");
  }

  private static String decoded(String path) {
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String own() {
    return "Origin: " + server.app();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-None: 1",
        "X-CSRF: 1",
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: https://localhost",
        "Origin: OWN|Origin: https://evil.example",
        "Origin: OWN|Sec-Fetch-Site: cross-site",
        "Origin: OWN|Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: none",
        "Sec-Fetch-Site: cross-site|X-CSRF: 1",
        "Sec-Fetch-Site: same-origin, cross-site",
        "Sec-Fetch-Site: same-origin|Origin: https://evil.example",
        "Referer: OWN/page",
        "X-HTTP-Method-Override: GET",
        "X-Forwarded-Host: evil.example|Origin: https://evil.example"
      })
  void a_form_that_may_be_another_sites_doing_never_reaches_the_site(String fields)
      throws IOException {
    String[] sent = fields.replace("OWN", server.app().toString()).split("[|]");

    assertThat(send("POST /form", cookie(sent))).startsWith("HTTP/1.1 403");
    assertThat(send("POST /bff/things/1", cookie(sent))).startsWith("HTTP/1.1 ");
    assertThat(site.taken())
        .extracting(Asked::target)
        .isSubsetOf(fields.equals("X-CSRF: 1") ? List.of("/t/1") : List.of());
  }

  @Test
  void a_form_of_the_site_itself_passes_and_overrides_no_method() throws IOException {
    for (String proof : List.of(own(), "Sec-Fetch-Site: same-origin")) {
      assertThat(send("POST /form", cookie(proof, "X-HTTP-Method-Override: DELETE")))
          .startsWith("HTTP/1.1 200");
      Asked asked = site.taken().get(0);
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.fields().keySet())
          .noneMatch(name -> name.equalsIgnoreCase("X-HTTP-Method-Override"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, X-None: 1, 403",
    "GET, Sec-Fetch-Site: none, 403",
    "GET, Sec-Fetch-Site: cross-site, 403",
    "GET, Sec-Fetch-Site: same-origin, 200",
    "GET, X-CSRF: 1, 200",
    "POST, Sec-Fetch-Site: same-origin, 403",
    "POST, X-CSRF: 1, 200",
    "OPTIONS, X-None: 1, 403"
  })
  void a_call_needs_the_header_where_it_can_be_set(String method, String field, int status)
      throws IOException {
    assertThat(send(method + " /bff/things/1", cookie(field))).startsWith("HTTP/1.1 " + status);
    assertThat(site.taken()).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void a_preflight_of_another_site_gets_no_permission() throws IOException {
    for (String path : List.of("/page", "/bff/things/1")) {
      String answer =
          send(
              "OPTIONS " + path,
              "Origin: https://evil.example",
              "Access-Control-Request-Method: POST",
              "Access-Control-Request-Headers: x-csrf");

      assertThat(answer).matches("(?s)HTTP/1\\.1 (?:403|405) .*");
      assertThat(answer.toLowerCase()).doesNotContain("access-control-");
    }
    assertThat(site.taken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/socket", "/bff/things/socket"})
  void a_websocket_of_another_site_is_refused(String path) throws IOException {
    for (String origin :
        List.of("X-None: 1", "Origin: https://evil.example", "Sec-Fetch-Site: same-origin")) {
      String answer =
          send(
              "GET " + path,
              cookie(
                  origin,
                  "Upgrade: websocket",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));

      assertThat(answer).startsWith("HTTP/1.1 403");
    }
    assertThat(site.taken()).isEmpty();
  }

  private static String[] cookie(String... fields) {
    return Stream.concat(Stream.of("Cookie: " + cookie), Stream.of(fields)).toArray(String[]::new);
  }

  private static String send(String line, String... fields) throws IOException {
    String length = line.startsWith("POST") ? "\r\nContent-Length: 0" : "";
    return RawConnection.exchange(
        server.plainApp(),
        line
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + String.join("\r\n", fields)
            + length
            + "\r\n\r\n");
  }
}
