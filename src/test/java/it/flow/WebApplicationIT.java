package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Gatehouse in front of a whole site that sets cookies, sends forms and says who may frame it. */
class WebApplicationIT {
  private static final String DEFAULT_POLICY =
      "frame-ancestors 'self'; base-uri 'self'; object-src 'none'";
  private static final String SESSION_COOKIE = "__Host-Http-gatehouse";

  private static GatewayStage stage;
  private static FakeUpstream upstream;

  @BeforeAll
  static void start() {
    stage =
        new GatewayStage(
            "web-application",
            Map.ofEntries(
                Map.entry("GATEHOUSE_ROUTES", "site members shop"),
                Map.entry("GATEHOUSE_ROUTE_SITE_PATH", "/"),
                Map.entry("GATEHOUSE_ROUTE_SITE_TARGET", "UPSTREAM/site"),
                Map.entry("GATEHOUSE_ROUTE_SITE_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_SITE_SESSION", "optional"),
                Map.entry("GATEHOUSE_ROUTE_SITE_COOKIES", "JSESSIONID"),
                Map.entry("GATEHOUSE_ROUTE_SITE_CACHE", "upstream"),
                Map.entry("GATEHOUSE_ROUTE_MEMBERS_PATH", "/members"),
                Map.entry("GATEHOUSE_ROUTE_MEMBERS_TARGET", "UPSTREAM/inner"),
                Map.entry("GATEHOUSE_ROUTE_MEMBERS_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_PATH", "/shop"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_TARGET", "UPSTREAM/shop"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_SESSION", "optional"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_COOKIES", "BASKET")));
    upstream = stage.upstream;
    for (String page : List.of("/site/", "/site/account", "/site/page", "/inner/area")) {
      upstream.on(page, 200, "<h1>" + page + "</h1>", "Content-Type: text/html");
    }
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private final Browser stranger = stage.server.browser();

  @Test
  void pages_pass_without_a_token_for_strangers_and_with_one_for_whoever_is_signed_in() {
    Visit visit = stranger.open("/page?a=1");
    assertThat(visit.status()).isEqualTo(200);
    assertThat(visit.body()).isEqualTo("<h1>/site/page</h1>");
    assertThat(last("/site/page").target()).isEqualTo("/site/page?a=1");
    assertThat(last("/site/page").values("Authorization")).isEmpty();

    assertThat(stage.signedIn().open("/page").status()).isEqualTo(200);
    String bearer = last("/site/page").values("Authorization").get(0);
    assertThat(stage.provider.isGood(bearer.substring(7))).isTrue();
  }

  @Test
  void pages_for_members_lead_strangers_to_sign_in_and_back_and_scripts_get_401() {
    int before = upstream.calls("/inner/area").size();
    int counted = stage.counted("members", "3xx");
    Visit first = stranger.openOnly("/members/area?tab=2");
    assertThat(first.status()).isEqualTo(302);
    assertThat(stage.counted("members", "3xx")).isEqualTo(counted + 1);
    assertThat(first.body()).isEmpty();
    Visit fetched = stranger.fetch("GET", "/members/area", null);
    assertThat(fetched.status()).isEqualTo(401);
    assertThat(fetched.json().getString("login_url")).startsWith("/auth/login");
    assertThat(upstream.calls("/inner/area")).hasSize(before);

    Visit page = stranger.open("/members/area?tab=2");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.uri()).isEqualTo(stage.server.app().resolve("/members/area?tab=2"));
    assertThat(last("/inner/area").values("Authorization")).hasSize(1);
  }

  @Test
  void a_session_that_ends_while_a_page_is_asked_for_leads_to_a_login_and_back() {
    upstream.on(
        "/inner/checked",
        call -> {
          String bearer = call.values("Authorization").get(0);
          call.answer(stage.provider.isLive(bearer.substring(7)) ? 200 : 401, "checked");
        });
    Browser browser = stage.signedIn();
    assertThat(browser.openOnly("/members/checked").status()).isEqualTo(200);
    stage.provider.revokeEverything();

    Visit first = browser.openOnly("/members/checked?a=1");
    assertThat(first.status()).isEqualTo(302);
    assertThat(first.header("location"))
        .hasValueSatisfying(
            to -> assertThat(to).contains("return_to=%2Fmembers%2Fchecked%3Fa%3D1"));
    Visit page = browser.open("/members/checked?a=1");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.uri()).isEqualTo(stage.server.app().resolve("/members/checked?a=1"));
  }

  @Test
  void a_form_of_somebody_whose_session_has_ended_is_not_sent_on_and_not_lost_in_a_redirect() {
    Visit form = stranger.open("/page");
    Visit sent = stranger.submit(form, at("/members/area"), Map.of("a", "1"));
    assertThat(sent.status()).isEqualTo(401);
    assertThat(upstream.calls("/inner/area")).noneMatch(call -> call.method().equals("POST"));
  }

  @Test
  void cookies_that_the_route_names_cross_and_no_other_does() {
    upstream.on(
        "/site/sets",
        200,
        "x",
        "Set-Cookie: JSESSIONID=abc; Path=/site; HttpOnly; Domain=example.org",
        "Set-Cookie: other=1; Path=/",
        "Set-Cookie: " + SESSION_COOKIE + "=planted; Path=/; Secure; HttpOnly",
        "Set-Cookie: __Host-x=1; Path=/; Secure",
        "Set-Cookie: gatehouse=planted; Path=/");
    Browser browser = stage.signedIn();
    String session = browser.cookie(SESSION_COOKIE).orElseThrow();
    browser.plant("other", "of-the-browser");

    Visit visit = browser.open("/sets");
    assertThat(visit.headerValues("set-cookie"))
        .containsExactly("JSESSIONID=abc; HttpOnly; Path=/; Secure");
    assertThat(browser.cookie(SESSION_COOKIE)).contains(session);

    browser.open("/page");
    assertThat(last("/site/page").values("Cookie")).containsExactly("JSESSIONID=abc");
    browser.open("/members/area");
    assertThat(last("/inner/area").values("Cookie")).isEmpty();
  }

  @Test
  void cookies_of_a_web_application_stay_below_its_route() {
    upstream.on("/shop/in", 200, "x", "Set-Cookie: BASKET=1; Path=/shop/in");
    upstream.on("/shop/out", 200, "x", "Set-Cookie: BASKET=2; Path=/");

    assertThat(stranger.open("/shop/in").headerValues("set-cookie"))
        .containsExactly("BASKET=1; Path=/shop/in; Secure");
    assertThat(stranger.open("/shop/out").headerValues("set-cookie"))
        .containsExactly("BASKET=2; Path=/shop; Secure");
    stranger.open("/page");
    assertThat(last("/site/page").values("Cookie")).isEmpty();
  }

  @Test
  void our_own_endpoints_and_files_stay_ours_and_our_pages_give_way() {
    assertThat(stranger.fetch("GET", "/auth/session", null).json().getBoolean("signed_in"))
        .isFalse();
    assertThat(stranger.open("/app/api.js").body()).contains("X-CSRF");
    assertThat(stranger.open("/docs/errors.md").body()).contains("GH-1101");
    assertThat(stranger.open("/health/live").body()).contains("UP");
    assertThat(stranger.open("/api/v1/user/profile").status()).isEqualTo(401);
    assertThat(upstream.calls().stream().map(FakeUpstream.Call::path))
        .noneMatch(path -> path.matches("/site/(auth|app|docs|health|api)(/.*)?"));

    assertThat(stranger.open("/").body()).isEqualTo("<h1>/site/</h1>");
    assertThat(stranger.open("/account").body()).isEqualTo("<h1>/site/account</h1>");
  }

  @Test
  void pages_of_ours_lead_to_the_site_and_not_to_an_account_page_that_is_not_there() {
    Browser browser = stage.signedIn();
    for (String ours : List.of("/auth/nothing", "/auth/logout", "/auth/logged-out")) {
      assertThat(browser.open(ours).body())
          .as(ours)
          .contains("href=\"/\"")
          .doesNotContain("/account", "{{");
    }
    assertThat(browser.open("/auth/logged-out").body())
        .contains("href=\"/auth/login?return_to=/\"");
  }

  @Test
  void forms_of_the_site_pass_and_those_of_others_do_not() throws IOException {
    upstream.on("/site/order", call -> call.answer(200, "took " + call.body()));
    Browser browser = stage.signedIn();
    Visit page = browser.open("/page");
    Visit own = browser.submit(page, at("/order"), Map.of("item", "7"));
    assertThat(own.status()).isEqualTo(200);
    assertThat(own.body()).isEqualTo("took item=7");
    assertThat(last("/site/order").values("Authorization")).hasSize(1);

    int before = upstream.calls("/site/order").size();
    Visit foreign = browser.open(stage.provider.issuer() + "/elsewhere");
    assertThat(browser.submit(foreign, at("/order"), Map.of("item", "7")).status()).isEqualTo(403);
    for (String origin : List.of("Origin: https://evil.example", "Origin: null", "Accept: */*")) {
      assertThat(post(browser, origin)).as(origin).startsWith("HTTP/1.1 403");
    }
    assertThat(upstream.calls("/site/order")).hasSize(before);
    assertThat(post(browser, "Origin: " + stage.server.app())).startsWith("HTTP/1.1 200");
  }

  @Test
  void a_method_that_the_route_does_not_grant_is_405() {
    Visit refused = stranger.fetch("DELETE", "/page", null);
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.header("allow")).contains("GET, HEAD, POST");
  }

  @Test
  void a_page_has_the_policy_that_it_brings_or_may_not_be_framed_by_others() {
    upstream.on(
        "/site/strict",
        200,
        "x",
        "Content-Security-Policy: default-src 'self'",
        "Content-Security-Policy: frame-ancestors 'none'",
        "Referrer-Policy: same-origin",
        "Strict-Transport-Security: max-age=1",
        "Access-Control-Allow-Origin: *",
        "Clear-Site-Data: \"cookies\"");

    Visit plain = stranger.open("/page");
    assertThat(plain.headerValues("content-security-policy")).containsExactly(DEFAULT_POLICY);
    assertThat(plain.header("x-content-type-options")).contains("nosniff");
    Visit strict = stranger.open("/strict");
    assertThat(strict.headerValues("content-security-policy"))
        .containsExactly("default-src 'self', frame-ancestors 'none'");
    assertThat(strict.header("referrer-policy")).contains("same-origin");
    assertThat(strict.header("strict-transport-security")).isNotEqualTo("max-age=1");
    assertThat(strict.header("access-control-allow-origin")).isEmpty();
    assertThat(strict.header("clear-site-data")).isEmpty();
    assertThat(stranger.open("/nothing-here").status()).isEqualTo(404);
    assertThat(stranger.open("/auth/nothing").header("content-security-policy").orElseThrow())
        .startsWith("default-src 'none'");
  }

  @Test
  void answers_are_stored_where_the_route_says_so_and_nowhere_else() {
    upstream.on("/site/logo", 200, "x", "Cache-Control: public, max-age=60", "Age: 7");
    upstream.on("/shop/logo", 200, "x", "Cache-Control: public, max-age=60", "Age: 7");

    upstream.on(
        "/site/counted", 200, "x", "Set-Cookie: JSESSIONID=7", "Cache-Control: public, max-age=60");

    Visit stored = stranger.open("/logo");
    assertThat(stored.headerValues("cache-control")).containsExactly("public, max-age=60");
    assertThat(stored.header("age")).contains("7");
    Visit fresh = stranger.open("/shop/logo");
    assertThat(fresh.headerValues("cache-control")).containsExactly("no-store");
    assertThat(fresh.header("age")).isEmpty();
    assertThat(stranger.open("/counted").headerValues("cache-control")).containsExactly("no-store");
  }

  @Test
  void a_site_is_told_where_it_stands_and_its_redirects_stay_in_front() {
    upstream.on("/site/old", 302, "", "Location: " + upstream.address() + "/site/page");
    upstream.on("/site/absolute", 302, "", "Location: " + at("/page"));
    assertThat(stranger.open("/old").uri()).isEqualTo(at("/page"));
    assertThat(stranger.open("/absolute").uri()).isEqualTo(at("/page"));

    FakeUpstream.Call call = last("/site/page");
    assertThat(call.values("X-Forwarded-Host")).containsExactly(stage.server.app().getAuthority());
    assertThat(call.values("X-Forwarded-Proto")).containsExactly("https");
    assertThat(call.values("X-Forwarded-Prefix")).containsExactly("/");
  }

  /** A form as a client without fetch metadata sends it; answers the status line. */
  private static String post(Browser browser, String field) throws IOException {
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          "POST /order HTTP/1.1\r\nHost: localhost\r\nCookie: "
              + SESSION_COOKIE
              + "="
              + browser.cookie(SESSION_COOKIE).orElseThrow()
              + "\r\n"
              + field
              + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\n"
              + "item=7");
      return wire.head();
    }
  }

  private static URI at(String path) {
    return stage.server.app().resolve(path);
  }

  private static FakeUpstream.Call last(String path) {
    List<FakeUpstream.Call> calls = upstream.calls(path);
    return calls.get(calls.size() - 1);
  }
}
