package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeUpstream;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which token goes up, what a session must bring for it, and how it gets what it lacks. */
class GatewayAccessIT {
  private static final String GOLD =
      "Bearer realm=\"r\", error=\"insufficient_user_authentication\", acr_values=\"gold\","
          + " max_age=\"60\"";
  private static final Duration SHORT_LIFE = Duration.ofSeconds(3);

  private static GatewayStage stage;
  private static FakeUpstream upstream;

  @BeforeAll
  static void start() {
    stage =
        new GatewayStage(
            "gateway-access",
            Map.ofEntries(
                Map.entry("GATEHOUSE_OPTIONAL_SCOPES", "orders calendar stock"),
                Map.entry("GATEHOUSE_RESOURCE", "gatehouse"),
                Map.entry(
                    "GATEHOUSE_AUTHORIZATION_RESOURCE",
                    "https://orders.example https://stock.example"),
                Map.entry("GATEHOUSE_ROUTES", "orders up gold fresh shop stock open"),
                Map.entry("GATEHOUSE_ROUTE_ORDERS_PATH", "/bff/orders"),
                Map.entry("GATEHOUSE_ROUTE_ORDERS_TARGET", "UPSTREAM/orders"),
                Map.entry("GATEHOUSE_ROUTE_ORDERS_SCOPES", "orders"),
                Map.entry("GATEHOUSE_ROUTE_UP_PATH", "/bff/up"),
                Map.entry("GATEHOUSE_ROUTE_UP_TARGET", "UPSTREAM/up"),
                Map.entry("GATEHOUSE_ROUTE_GOLD_PATH", "/bff/gold"),
                Map.entry("GATEHOUSE_ROUTE_GOLD_TARGET", "UPSTREAM/gold"),
                Map.entry("GATEHOUSE_ROUTE_GOLD_ACR", "gold"),
                Map.entry("GATEHOUSE_ROUTE_FRESH_PATH", "/bff/fresh"),
                Map.entry("GATEHOUSE_ROUTE_FRESH_TARGET", "UPSTREAM/fresh"),
                Map.entry("GATEHOUSE_ROUTE_FRESH_MAX_AGE", "30m"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_PATH", "/bff/shop"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_TARGET", "UPSTREAM/shop"),
                Map.entry("GATEHOUSE_ROUTE_SHOP_AUDIENCE", "https://orders.example"),
                Map.entry("GATEHOUSE_ROUTE_STOCK_PATH", "/bff/stock"),
                Map.entry("GATEHOUSE_ROUTE_STOCK_TARGET", "UPSTREAM/stock"),
                Map.entry("GATEHOUSE_ROUTE_STOCK_AUDIENCE", "https://stock.example"),
                Map.entry("GATEHOUSE_ROUTE_STOCK_SCOPES", "stock"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_PATH", "/bff/open"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_TARGET", "UPSTREAM/open"),
                Map.entry("GATEHOUSE_ROUTE_OPEN_TOKEN", "none")));
    upstream = stage.upstream;
    stage.provider.scopeBelongsTo("stock", "https://stock.example");
    for (String path :
        List.of("/orders/1", "/gold/1", "/fresh/1", "/shop/1", "/stock/1", "/open/1", "/up/1")) {
      upstream.on(path, 200, "served");
    }
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private final Browser browser = stage.signedIn();

  @AfterEach
  void calm() {
    stage.provider.calm();
  }

  @Test
  void a_route_that_needs_a_scope_leads_to_consent_and_then_serves() {
    int before = upstream.calls("/orders/1").size();
    Visit refused = browser.fetch("GET", "/bff/orders/1", null);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().getString("code")).isEqualTo("GH-1215");
    assertThat(loginUrl(refused)).isEqualTo("/auth/login?scope=orders");
    assertThat(upstream.calls("/orders/1")).hasSize(before);

    follow(loginUrl(refused));

    assertThat(scopes()).contains("openid", "profile", "orders");
    assertThat(browser.fetch("GET", "/bff/orders/1", null).status()).isEqualTo(200);
    assertThat(claims(last("/orders/1")).getString("scope").split(" ")).contains("orders");
  }

  @Test
  void a_resource_that_misses_a_scope_leads_to_consent_and_what_was_allowed_stays() {
    upstream.on(
        "/up/calendar",
        call -> {
          boolean isAllowed = List.of(scope(call).split(" ")).contains("calendar");
          call.answer(
              isAllowed ? 200 : 403,
              isAllowed ? "served" : "no",
              "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"openid calendar\"");
        });
    follow("/auth/login?scope=orders");

    Visit refused = browser.fetch("GET", "/bff/up/calendar", null);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(loginUrl(refused)).isEqualTo("/auth/login?scope=calendar");

    follow(loginUrl(refused));

    assertThat(scopes()).contains("orders", "calendar");
    assertThat(browser.fetch("GET", "/bff/up/calendar", null).body()).isEqualTo("served");
    assertThat(browser.fetch("GET", "/bff/orders/1", null).status()).isEqualTo(200);
  }

  @Test
  void a_resource_that_misses_a_scope_nobody_may_ask_for_has_the_last_word() {
    upstream.on(
        "/up/admin",
        403,
        "not for you",
        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"admin\"");
    Visit refused = browser.fetch("GET", "/bff/up/admin", null);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("not for you");
    assertThat(refused.header("www-authenticate")).isEmpty();
  }

  @Test
  void a_route_for_strong_sign_ins_asks_for_one() {
    int before = upstream.calls("/gold/1").size();
    Visit refused = browser.fetch("GET", "/bff/gold/1", null);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.json().getString("code")).isEqualTo("GH-1216");
    assertThat(loginUrl(refused)).isEqualTo("/auth/login?acr_values=gold");
    assertThat(upstream.calls("/gold/1")).hasSize(before);

    follow(loginUrl(refused));
    assertThat(browser.fetch("GET", "/bff/gold/1", null).status()).isEqualTo(200);
  }

  @Test
  void a_route_for_recent_sign_ins_asks_for_one() {
    stage.provider.stepsUp(false);
    Browser longSignedIn = stage.signedIn();
    stage.provider.stepsUp(true);
    Visit refused = longSignedIn.fetch("GET", "/bff/fresh/1", null);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(loginUrl(refused)).isEqualTo("/auth/login?max_age=1800");

    longSignedIn.open(loginUrl(refused) + "&return_to=/account");
    assertThat(longSignedIn.fetch("GET", "/bff/fresh/1", null).status()).isEqualTo(200);
    assertThat(browser.fetch("GET", "/bff/fresh/1", null).status()).isEqualTo(200);
  }

  @Test
  void a_resource_that_wants_a_stronger_sign_in_gets_it_and_costs_no_refresh() {
    Set<String> known = ConcurrentHashMap.newKeySet();
    upstream.on(
        "/up/vault",
        call -> {
          known.add(String.valueOf(call.values("Authorization")));
          boolean isFirst = known.size() == 1;
          call.answer(isFirst ? 401 : 200, "", "WWW-Authenticate: " + GOLD);
        });
    int before = tokenRequests();
    Visit refused = browser.fetch("GET", "/bff/up/vault", null);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.json().getString("code")).isEqualTo("GH-1216");
    assertThat(loginUrl(refused)).isEqualTo("/auth/login?acr_values=gold&max_age=60");
    assertThat(tokenRequests()).isEqualTo(before);
    assertThat(upstream.calls("/up/vault")).hasSize(1);

    follow(loginUrl(refused));
    assertThat(stage.provider.last(Endpoint.AUTHORIZE).parameter("acr_values")).isEqualTo("gold");
    assertThat(stage.provider.last(Endpoint.AUTHORIZE).parameter("max_age")).isEqualTo("60");
    assertThat(browser.fetch("GET", "/bff/up/vault", null).status()).isEqualTo(200);
  }

  @Test
  void a_provider_that_does_less_than_asked_is_told_once_and_the_session_stays() {
    String session = browser.cookie("__Host-Http-gatehouse").orElseThrow();
    stage.provider.stepsUp(false);
    int before = stage.provider.count(Endpoint.AUTHORIZE);
    Visit page = browser.open("/auth/login?acr_values=gold&return_to=/account");

    assertThat(page.status()).isEqualTo(403);
    assertThat(page.body()).contains("GH-1217");
    assertThat(stage.provider.count(Endpoint.AUTHORIZE) - before).isEqualTo(1);
    assertThat(browser.cookie("__Host-Http-gatehouse")).contains(session);
    assertThat(browser.fetch("GET", "/bff/up/1", null).status()).isEqualTo(200);
    assertThat(browser.fetch("GET", "/bff/gold/1", null).status()).isEqualTo(401);
  }

  @Test
  void a_route_with_an_audience_gets_tokens_of_its_own_for_one_request() {
    int before = tokenRequests();
    assertThat(browser.fetch("GET", "/bff/shop/1", null).status()).isEqualTo(200);
    assertThat(browser.fetch("GET", "/bff/shop/1", null).status()).isEqualTo(200);

    assertThat(audience(last("/shop/1"))).containsExactly("https://orders.example");
    assertThat(tokenRequests() - before).isEqualTo(1);
    assertThat(browser.fetch("GET", "/bff/up/1", null).status()).isEqualTo(200);
    assertThat(audience(last("/up/1"))).containsExactly(stage.provider.settings().clientId());
    assertThat(tokenRequests() - before).isEqualTo(1);
  }

  /** RFC 8707 §2.2: neither are they the session's own, nor do the session's own count there. */
  @Test
  void of_a_route_with_an_audience_the_scopes_of_that_token_count() {
    Visit refused = browser.fetch("GET", "/bff/stock/1", null);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(loginUrl(refused)).isEqualTo("/auth/login?scope=stock");
    assertThat(upstream.calls("/stock/1")).isEmpty();

    follow(loginUrl(refused));
    assertThat(scopes()).doesNotContain("stock");
    assertThat(browser.fetch("GET", "/bff/stock/1", null).status()).isEqualTo(200);
    assertThat(scope(last("/stock/1")).split(" ")).contains("stock");

    follow("/auth/login?scope=calendar");
    assertThat(browser.fetch("GET", "/bff/stock/1", null).status()).isEqualTo(200);
  }

  @Test
  void a_route_without_a_token_sends_none() {
    assertThat(browser.fetch("GET", "/bff/open/1", null).status()).isEqualTo(200);
    assertThat(last("/open/1").values("Authorization")).isEmpty();
    assertThat(stage.server.browser().fetch("GET", "/bff/open/1", null).status()).isEqualTo(401);
  }

  /** Refresh tokens rotate, and a second use of one would end the session. */
  @Test
  void under_load_tokens_expire_and_no_call_fails_and_each_expiry_costs_one_request() {
    stage.provider.accessTokensLive(SHORT_LIFE);
    upstream.on("/up/load", GatewayAccessIT::answerGood);
    Browser loaded = stage.server.browser();
    Instant start = Instant.now();
    loaded.open("/auth/login?login_hint=loader&return_to=/account");
    Map<String, Integer> statuses = new ConcurrentHashMap<>();
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(16);
    try {
      for (int thread = 0; thread < 16; thread++) {
        threads.scheduleAtFixedRate(
            () -> statuses.merge(status(loaded, "/bff/up/load"), 1, Integer::sum),
            thread * 10L,
            200,
            TimeUnit.MILLISECONDS);
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> stage.provider.refreshes("loader") >= 4);
    } finally {
      threads.shutdown();
      stage.provider.accessTokensLive(stage.provider.settings().accessTokenLife());
    }
    Awaitility.await().until(threads::isTerminated);

    assertThat(statuses).containsOnlyKeys("200");
    assertThat(statuses.get("200")).isGreaterThan(300);
    assertThat(stage.provider.reuses("loader")).isZero();
    // a token is due when a quarter of its life is left, so each is used for at least the rest
    long due = SHORT_LIFE.toMillis() * 3 / 4;
    assertThat(stage.provider.refreshes("loader"))
        .isLessThanOrEqualTo(Duration.between(start, Instant.now()).toMillis() / due);
  }

  private static String status(Browser browser, String path) {
    try {
      return String.valueOf(browser.fetch("GET", path, null).status());
    } catch (RuntimeException noAnswer) {
      return noAnswer.toString();
    }
  }

  private static void answerGood(FakeUpstream.Call call) throws IOException {
    List<String> values = call.values("Authorization");
    boolean isGood = values.size() == 1 && stage.provider.isGood(values.get(0).substring(7));
    call.answer(isGood ? 200 : 401, isGood ? "served" : "expired");
  }

  /** As scripts of a page do it: back to where they were. */
  private void follow(String loginUrl) {
    Visit back =
        browser.open(loginUrl + (loginUrl.contains("?") ? "&" : "?") + "return_to=/account");
    assertThat(back.status()).isEqualTo(200);
    assertThat(back.uri().getPath()).isEqualTo("/account");
  }

  private static String loginUrl(Visit refused) {
    return refused.json().getString("login_url");
  }

  private List<String> scopes() {
    return browser
        .fetch("GET", "/auth/session", null)
        .json()
        .getJsonArray("scopes")
        .getValuesAs(JsonString::getString);
  }

  private static List<String> audience(FakeUpstream.Call call) {
    JsonObject claims = claims(call);
    return claims.get("aud") instanceof JsonString one
        ? List.of(one.getString())
        : claims.getJsonArray("aud").getValuesAs(JsonString::getString);
  }

  private static String scope(FakeUpstream.Call call) {
    return claims(call).getString("scope");
  }

  private static JsonObject claims(FakeUpstream.Call call) {
    String payload = call.values("Authorization").get(0).split("[.]")[1];
    String json = new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8);
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      return reader.readObject();
    }
  }

  private static int tokenRequests() {
    return stage.provider.count(Endpoint.TOKEN);
  }

  private static FakeUpstream.Call last(String path) {
    List<FakeUpstream.Call> calls = upstream.calls(path);
    return calls.get(calls.size() - 1);
  }
}
