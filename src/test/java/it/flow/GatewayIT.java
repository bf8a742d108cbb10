package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeUpstream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What crosses the gateway and what does not, on the wire, against a resource that plays tricks.
 */
class GatewayIT {
  private static GatewayStage stage;
  private static FakeUpstream upstream;

  @BeforeAll
  static void start() {
    stage =
        new GatewayStage(
            "gateway",
            Map.ofEntries(
                Map.entry("GATEHOUSE_ROUTES", "up open slow few scoped"),
                Map.entry("GATEHOUSE_OPTIONAL_SCOPES", "orders"),
                Map.entry("GATEHOUSE_ROUTE_SCOPED_PATH", "/bff/scoped"),
                Map.entry("GATEHOUSE_ROUTE_SCOPED_TARGET", "UPSTREAM/scoped"),
                Map.entry("GATEHOUSE_ROUTE_SCOPED_SCOPES", "orders"),
                Map.entry("GATEHOUSE_ROUTE_UP_PATH", "/bff/up"),
                Map.entry("GATEHOUSE_ROUTE_UP_TARGET", "UPSTREAM/base"),
                Map.entry("GATEHOUSE_ROUTE_UP_METHODS", "GET HEAD POST PUT PATCH DELETE OPTIONS"),
                Map.entry("GATEHOUSE_ROUTE_UP_MAX_BODY", "64KB"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_PATH", "/bff/open"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_TARGET", "UPSTREAM"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_TOKEN", "none"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_SESSION", "optional"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_REQUEST_HEADERS", "X-Tenant"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_RESPONSE_HEADERS", "X-Total"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_CACHE", "upstream"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_PATH", "/bff/slow"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_TARGET", "UPSTREAM/slow"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_TIMEOUT", "1s"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_IDLE_TIMEOUT", "2s"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_FEW_PATH", "/bff/few"),
                Map.entry("GATEHOUSE_ROUTE_FEW_TARGET", "UPSTREAM/few"),
                Map.entry("GATEHOUSE_ROUTE_FEW_CONCURRENT", "3"),
                Map.entry("GATEHOUSE_ROUTE_FEW_CONCURRENT_PER_SESSION", "2")));
    upstream = stage.upstream;
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private final Browser browser = stage.signedIn();

  @Test
  void a_call_goes_up_with_the_sessions_token_and_nothing_else_of_the_browser() {
    upstream.on("/base/x", 200, "{\"a\":1}", "Content-Type: application/json");
    Visit visit =
        browser.fetch(
            "GET",
            "/bff/up/x?q=1&r=%20",
            null,
            Map.of(
                "X-CSRF", "1",
                "Authorization", "Bearer of-the-client",
                "X-Forwarded-For", "6.6.6.6",
                "Forwarded", "for=6.6.6.6",
                "X-User", "mallory",
                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    FakeUpstream.Call call = last("/base/x");

    assertThat(visit.status()).isEqualTo(200);
    assertThat(visit.body()).isEqualTo("{\"a\":1}");
    assertThat(visit.header("cache-control")).contains("no-store");
    assertThat(visit.header("content-type")).contains("application/json");
    assertThat(call.target()).isEqualTo("/base/x?q=1&r=%20");
    assertThat(call.values("Authorization")).hasSize(1);
    assertThat(stage.provider.isGood(call.values("Authorization").get(0).substring(7))).isTrue();
    assertThat(call.values("Cookie")).isEmpty();
    assertThat(call.values("X-CSRF")).isEmpty();
    assertThat(call.values("X-User")).isEmpty();
    assertThat(call.values("Sec-Fetch-Site")).isEmpty();
    assertThat(call.values("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(call.values("X-Forwarded-Proto")).containsExactly("https");
    assertThat(call.values("X-Forwarded-Host")).containsExactly(stage.server.app().getAuthority());
    assertThat(call.values("X-Forwarded-Prefix")).containsExactly("/bff/up");
    assertThat(call.values("Forwarded"))
        .containsExactly(
            "for=127.0.0.1;host=\"" + stage.server.app().getAuthority() + "\";proto=https");
    assertThat(call.values("traceparent")).hasSize(1);
    assertThat(call.values("Host")).containsExactly(upstream.address().getAuthority());
  }

  @Test
  void what_an_answer_says_to_browsers_stays_behind() {
    upstream.on(
        "/base/says",
        201,
        "x",
        "Set-Cookie: theirs=1",
        "Access-Control-Allow-Origin: *",
        "Content-Security-Policy: default-src *",
        "Strict-Transport-Security: max-age=1",
        "Clear-Site-Data: \"cookies\"",
        "WWW-Authenticate: Basic",
        "Refresh: 0; url=https://evil.example",
        "Cache-Control: public, max-age=60",
        "Server: theirs",
        "X-Total: 7",
        "ETag: \"1\"",
        "Link: </a>; rel=next",
        "Link: </b>; rel=prev");
    Visit visit = browser.fetch("GET", "/bff/up/says", null);

    assertThat(visit.status()).isEqualTo(201);
    for (String name :
        List.of(
            "set-cookie",
            "access-control-allow-origin",
            "clear-site-data",
            "www-authenticate",
            "refresh",
            "server",
            "x-total")) {
      assertThat(visit.header(name)).as(name).isEmpty();
    }
    assertThat(visit.header("content-security-policy").orElseThrow())
        .startsWith("default-src 'none'");
    assertThat(visit.header("cache-control")).contains("no-store");
    assertThat(visit.header("etag")).contains("\"1\"");
    assertThat(visit.headerValues("link")).containsExactly("</a>; rel=next", "</b>; rel=prev");
  }

  @Test
  void a_route_can_say_what_else_crosses() {
    upstream.on("/more", 200, "x", "X-Total: 7", "Cache-Control: max-age=60");
    Visit visit =
        stage
            .server
            .browser()
            .fetch("GET", "/bff/open/more", null, Map.of("X-CSRF", "1", "X-Tenant", "t"));

    assertThat(visit.status()).isEqualTo(200);
    assertThat(visit.header("x-total")).contains("7");
    assertThat(visit.header("cache-control")).contains("max-age=60");
    assertThat(last("/more").values("X-Tenant")).containsExactly("t");
    assertThat(last("/more").values("Authorization")).isEmpty();
  }

  @Test
  void without_a_session_nothing_goes_up() {
    Visit visit =
        stage
            .server
            .browser()
            .fetch("GET", "/bff/up/none", null, Map.of("X-CSRF", "1", "Authorization", "Bearer x"));
    assertThat(visit.status()).isEqualTo(401);
    assertThat(visit.json().getString("login_url")).isEqualTo("/auth/login");
    assertThat(upstream.calls("/base/none")).isEmpty();
  }

  @Test
  void head_and_options_and_conditional_and_range_requests_pass() {
    upstream.on(
        "/base/file",
        call -> {
          if (call.values("If-None-Match").contains("\"1\"")) {
            call.write("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
          } else if (call.values("Range").contains("bytes=1-2")) {
            call.answer(206, "bc", "Content-Range: bytes 1-2/4", "Accept-Ranges: bytes");
          } else if (call.method().equals("OPTIONS")) {
            call.answer(204, "", "Allow: GET, OPTIONS");
          } else {
            call.answer(200, "abcd", "Accept-Ranges: bytes");
          }
        });

    Visit head = browser.fetch("HEAD", "/bff/up/file", null);
    Visit conditional =
        browser.fetch("GET", "/bff/up/file", null, Map.of("X-CSRF", "1", "If-None-Match", "\"1\""));
    Visit range =
        browser.fetch("GET", "/bff/up/file", null, Map.of("X-CSRF", "1", "Range", "bytes=1-2"));
    Visit options = browser.fetch("OPTIONS", "/bff/up/file", null);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).contains("4");
    assertThat(head.body()).isEmpty();
    assertThat(conditional.status()).isEqualTo(304);
    assertThat(range.status()).isEqualTo(206);
    assertThat(range.body()).isEqualTo("bc");
    assertThat(range.header("content-range")).contains("bytes 1-2/4");
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("allow")).contains("GET, OPTIONS");
  }

  @Test
  void a_refused_token_is_renewed_and_a_call_that_changes_nothing_made_once_more() {
    upstream.on("/base/picky", call -> answerYoungest(call, "/base/picky"));
    int before = tokenRequests();
    Visit visit = browser.fetch("GET", "/bff/up/picky", null);

    assertThat(visit.status()).isEqualTo(200);
    assertThat(upstream.calls("/base/picky")).hasSize(2);
    assertThat(tokenRequests() - before).isEqualTo(1);
  }

  @Test
  void a_refused_call_that_may_have_changed_something_is_not_made_again() {
    upstream.on("/base/pickypost", call -> answerYoungest(call, "/base/pickypost"));
    int before = tokenRequests();
    Visit refused = browser.fetch("POST", "/bff/up/pickypost", "{}");

    assertThat(refused.status()).isEqualTo(401);
    assertThat(upstream.calls("/base/pickypost")).hasSize(1);
    Awaitility.await().until(() -> tokenRequests() - before == 1);
    assertThat(browser.fetch("POST", "/bff/up/pickypost", "{}").status()).isEqualTo(200);
  }

  @Test
  void a_resource_that_refuses_everything_has_the_last_word_and_costs_one_refresh() {
    upstream.on("/base/no", 401, "no", "Content-Type: text/plain");
    int before = tokenRequests();

    for (int i = 0; i < 3; i++) {
      Visit visit = browser.fetch("GET", "/bff/up/no", null);
      assertThat(visit.status()).isEqualTo(401);
      assertThat(visit.body()).isEqualTo("no");
    }
    assertThat(tokenRequests() - before).isEqualTo(1);
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();
  }

  @Test
  void of_a_refusal_that_is_longer_than_anybody_reads_no_part_is_taken_for_all() {
    String refusal = "no".repeat(20_000);
    upstream.on("/base/wordy", 401, refusal, "Content-Type: text/plain");
    for (int i = 0; i < 2; i++) {
      assertThat(browser.fetch("GET", "/bff/up/wordy", null).body()).isIn("", refusal);
    }
  }

  @Test
  void an_answer_to_the_second_try_that_breaks_off_is_not_taken_for_whole() {
    upstream.on(
        "/base/broken",
        call -> {
          if (upstream.calls("/base/broken").size() == 1) {
            call.answer(401, "old");
          } else {
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            throw new IOException("cut");
          }
        });
    Visit visit = browser.fetch("GET", "/bff/up/broken", null);
    assertThat(visit.status()).isEqualTo(502);
    assertThat(visit.body()).doesNotContain("abc");
    assertThat(upstream.calls("/base/broken")).hasSize(2);
  }

  @Test
  void redirects_lead_where_the_browser_finds_them_and_are_not_followed() {
    String base = upstream.address().toString();
    upstream.on("/base/r1", 302, "", "Location: " + base + "/base/there?x=1#y");
    upstream.on("/base/r2", 303, "", "Location: there");
    upstream.on("/base/r3", 302, "", "Location: " + base + "/elsewhere");
    upstream.on("/base/r4", 302, "", "Location: https://pay.example/x");
    upstream.on("/base/r5", 302, "", "Location: javascript:alert(1)");

    assertThat(location("/bff/up/r1")).contains("/bff/up/there?x=1#y");
    assertThat(location("/bff/up/r2")).contains("/bff/up/there");
    assertThat(location("/bff/up/r3")).isEmpty();
    assertThat(location("/bff/up/r4")).contains("https://pay.example/x");
    assertThat(location("/bff/up/r5")).isEmpty();
    assertThat(upstream.calls("/base/there")).isEmpty();
  }

  @Test
  void answers_before_the_answer_are_passed_over() {
    upstream.on(
        "/base/hints",
        call -> {
          call.write("HTTP/1.1 100 Continue\r\n\r\n");
          call.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
          call.answer(200, "after");
        });
    Visit visit = browser.fetch("GET", "/bff/up/hints", null);
    assertThat(visit.status()).isEqualTo(200);
    assertThat(visit.body()).isEqualTo("after");
  }

  @Test
  void a_resource_that_is_not_there_or_talks_nonsense_is_502_and_one_too_slow_504() {
    upstream.on("/base/nonsense", call -> call.write("SSH-2.0-OpenSSH_9\r\n\r\n"));
    upstream.on("/base/gone", call -> call.in().close());
    upstream.on("/base/switch", call -> call.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"));
    upstream.on("/slow/never", FakeUpstream.Call::untilGone);
    upstream.on("/slow/drip", GatewayIT::drip);

    assertThat(browser.fetch("GET", "/bff/up/nonsense", null).status()).isEqualTo(502);
    assertThat(browser.fetch("GET", "/bff/up/gone", null).status()).isEqualTo(502);
    assertThat(browser.fetch("GET", "/bff/up/switch", null).status()).isEqualTo(502);
    assertThat(upstream.calls("/base/switch")).hasSize(1);
    Visit late = browser.fetch("GET", "/bff/slow/never", null);
    assertThat(late.status()).isEqualTo(504);
    assertThat(late.json().getString("code")).isEqualTo("GH-1702");
    assertThat(browser.fetch("GET", "/bff/slow/drip", null).status()).isEqualTo(504);
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();
  }

  @Test
  void a_body_over_the_limit_is_413_whether_it_says_its_length_or_not() throws IOException {
    upstream.on("/base/put", call -> call.answer(200, String.valueOf(call.body().length())));
    String full = "x".repeat(64 * 1024);

    assertThat(browser.fetch("PUT", "/bff/up/put", full).body()).isEqualTo("65536");
    assertThat(browser.fetch("PUT", "/bff/up/put", full + "x").status()).isEqualTo(413);
    for (GatewayStage.Wire each : List.of(stage.connect(), stage.connectOverTls())) {
      try (GatewayStage.Wire wire = each) {
        wire.write(stage.head(browser, "PUT /bff/up/put", "Transfer-Encoding: chunked") + "\r\n");
        for (int i = 0; i < 65; i++) {
          wire.write("400\r\n" + "x".repeat(1024) + "\r\n");
        }
        wire.write("0\r\n\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 413");
      }
    }
  }

  @Test
  void fields_over_the_limit_are_431() {
    Visit visit =
        browser.fetch(
            "GET", "/bff/up/x", null, Map.of("X-CSRF", "1", "X-Long", "x".repeat(9 * 1024)));
    assertThat(visit.status()).isEqualTo(431);
    assertThat(visit.json().getString("code")).isEqualTo("GH-1108");
  }

  @Test
  void more_calls_at_a_time_than_allowed_are_429() throws Exception {
    upstream.on("/few/held", FakeUpstream.Call::untilGone);
    upstream.on("/few/quick", 200, "ok");
    int counted = stage.counted("few", "4xx");
    Browser other = stage.signedIn();
    try (GatewayStage.Wire one = stage.connect();
        GatewayStage.Wire two = stage.connect();
        GatewayStage.Wire three = stage.connect()) {
      one.write(stage.head(browser, "GET /bff/few/held") + "\r\n");
      two.write(stage.head(browser, "GET /bff/few/held") + "\r\n");
      Awaitility.await().until(() -> upstream.calls("/few/held").size() == 2);
      Visit mine = browser.fetch("GET", "/bff/few/quick", null);
      assertThat(mine.status()).isEqualTo(429);
      assertThat(mine.header("retry-after")).contains("1");
      assertThat(other.fetch("GET", "/bff/few/quick", null).status()).isEqualTo(200);
      three.write(stage.head(other, "GET /bff/few/held") + "\r\n");
      Awaitility.await().until(() -> upstream.calls("/few/held").size() == 3);
      assertThat(stage.signedIn().fetch("GET", "/bff/few/quick", null).status()).isEqualTo(429);
      assertThat(stage.counted("few", "4xx")).isEqualTo(counted + 2);
    }
  }

  @Test
  void calls_are_counted_by_route_and_answer_also_those_that_we_refuse() {
    upstream.on("/base/counted", 200, "x");
    upstream.on("/base/uncounted", 404, "x");
    int served = stage.counted("up", "2xx");
    int refused = stage.counted("up", "4xx");
    int scoped = stage.counted("scoped", "4xx");

    assertThat(browser.fetch("GET", "/bff/up/counted", null).status()).isEqualTo(200);
    assertThat(stage.counted("up", "2xx")).isEqualTo(served + 1);

    Map<String, String> script = Map.of("X-CSRF", "1");
    Visit unknown = stage.server.browser().fetch("GET", "/bff/up/counted", null, script);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(stage.counted("up", "4xx")).isEqualTo(refused + 1);

    String tooLong = "x".repeat(64 * 1024 + 1);
    assertThat(browser.fetch("PUT", "/bff/up/counted", tooLong).status()).isEqualTo(413);
    assertThat(stage.counted("up", "4xx")).isEqualTo(refused + 2);

    Map<String, String> tooMuch = Map.of("X-CSRF", "1", "X-Long", "x".repeat(9 * 1024));
    assertThat(browser.fetch("GET", "/bff/up/counted", null, tooMuch).status()).isEqualTo(431);
    assertThat(stage.counted("up", "4xx")).isEqualTo(refused + 3);

    assertThat(browser.fetch("GET", "/bff/up/uncounted", null).status()).isEqualTo(404);
    assertThat(stage.counted("up", "4xx")).isEqualTo(refused + 4);

    assertThat(browser.fetch("GET", "/bff/scoped/x", null).status()).isEqualTo(403);
    assertThat(stage.counted("scoped", "4xx")).isEqualTo(scoped + 1);
    assertThat(stage.counted("up", "4xx")).isEqualTo(refused + 4);
    assertThat(stage.counted("up", "2xx")).isEqualTo(served + 1);
  }

  @Test
  void renewed_tokens_are_counted_by_route() {
    upstream.on("/base/renewing", call -> answerYoungest(call, "/base/renewing"));
    double before = renewals();
    assertThat(browser.fetch("GET", "/bff/up/renewing", null).status()).isEqualTo(200);
    assertThat(renewals()).isEqualTo(before + 1);
    assertThat(browser.fetch("GET", "/bff/up/renewing", null).status()).isEqualTo(200);
    assertThat(renewals()).isEqualTo(before + 1);
  }

  private double renewals() {
    return browser
        .openOnly("/metrics?scope=application")
        .body()
        .lines()
        .filter(line -> line.matches("gatehouse_gateway_renewals_total\\{.*route=\"up\".*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void drip(FakeUpstream.Call call) throws IOException, InterruptedException {
    call.write("HTTP/1.1 200 OK\r\nX-Drip: ");
    for (int i = 0; i < 100; i++) {
      call.write("x");
      Thread.sleep(100);
    }
  }

  /** Refuses the first token that comes and takes any other. */
  private static void answerYoungest(FakeUpstream.Call call, String path) throws IOException {
    List<String> first = upstream.calls(path).get(0).values("Authorization");
    boolean isFirst = call.values("Authorization").equals(first);
    call.answer(isFirst ? 401 : 200, isFirst ? "old" : "young");
  }

  private java.util.Optional<String> location(String path) {
    return browser.fetch("GET", path, null).header("location");
  }

  private static int tokenRequests() {
    return stage.provider.count(io.gatehouse.testing.Endpoint.TOKEN);
  }

  private static FakeUpstream.Call last(String path) {
    List<FakeUpstream.Call> calls = upstream.calls(path);
    return calls.get(calls.size() - 1);
  }
}
