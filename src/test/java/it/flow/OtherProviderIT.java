package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RecordedRequest;
import jakarta.json.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Four settings in the environment, and the same server signs in at another provider. */
class OtherProviderIT {
  private static OwnServer server;
  private static FakeAuthorizationServer provider;
  private static Map<String, String> settings;

  private final Browser browser = server.browser();

  @BeforeAll
  static void start() {
    server = OwnServer.development("other-provider");
    provider = FakeAuthorizationServer.start(server.registration(), Clock.systemUTC());
    settings =
        Map.of(
            "GATEHOUSE_ISSUER", provider.issuer().toString(),
            "GATEHOUSE_CLIENT_ID", provider.settings().clientId(),
            "GATEHOUSE_CLIENT_SECRET", provider.settings().clientSecret().orElseThrow(),
            "GATEHOUSE_OPTIONAL_SCOPES", "calendar,mail",
            // long enough to look at the server while its provider hangs
            "GATEHOUSE_HTTP_READ_TIMEOUT", "15s",
            "GATEHOUSE_REFRESH_REQUEST_DEADLINE", "15s",
            "GATEHOUSE_BASE_URL", server.app().toString());
    server.start(settings);
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.close();
  }

  @Test
  void the_start_prints_what_to_register() {
    assertThat(server.console())
        .contains(server.app() + "/auth/callback")
        .contains(server.app() + "/auth/logged-out")
        .contains(server.app() + "/auth/backchannel-logout")
        .contains(server.app() + "/auth/frontchannel-logout");
  }

  @Test
  void signing_in_happens_there_and_the_embedded_provider_is_not_asked() {
    browser.open("/auth/login");

    assertThat(browser.fetch("GET", "/auth/session", null).json().getString("subject"))
        .isEqualTo("alice");
    assertThat(browser.history()).noneMatch(visit -> visit.uri().getPath().startsWith("/oidc"));
  }

  @Test
  void keys_issuer_and_audience_of_the_api_follow() {
    String good = bearer("read", provider.settings().clientId());
    String forAnother = bearer("read", "another-api");
    String withoutScope = bearer("openid", provider.settings().clientId());

    assertThat(profile(good)).isEqualTo(200);
    assertThat(profile(forAnother)).isEqualTo(401);
    assertThat(profile(withoutScope)).isEqualTo(403);
  }

  @Test
  void keys_that_the_provider_rolls_over_are_found_without_a_restart() {
    provider.rotateKeys();
    String signedWithTheNewOne = bearer("read", provider.settings().clientId());

    // unknown keys make the server ask again, but not more often than every 30 seconds
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(profile(signedWithTheNewOne)).isEqualTo(200));
  }

  @Test
  void an_outage_of_the_provider_signs_nobody_out() {
    browser.open("/auth/login");
    provider.always(Endpoint.TOKEN, Mischief.status(503));

    Visit refused = browser.fetch("POST", "/auth/refresh", "");
    provider.calm();

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("retry-after")).isPresent();
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();
  }

  @Test
  void a_frame_in_the_providers_page_ends_its_session_and_only_there_it_may_be_framed() {
    provider.alterIdToken(token -> token.claim("sid", "in a frame"));
    browser.open("/auth/login");
    provider.calm();

    int revoked = provider.count(Endpoint.REVOKE);
    Visit frame = frame("in a frame");

    assertThat(frame.status()).isEqualTo(200);
    assertThat(frame.header("content-security-policy").orElseThrow())
        .endsWith("frame-ancestors " + provider.issuer());
    assertThat(frame.header("x-frame-options")).isEmpty();
    assertThat(frame.header("cache-control")).contains("no-store");
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in"))
        .isFalse();
    Awaitility.await().until(() -> provider.count(Endpoint.REVOKE) == revoked + 2);
    assertThat(frame("").status()).isEqualTo(400);
    assertThat(frame("").header("content-security-policy").orElseThrow())
        .contains("frame-ancestors 'none'");
  }

  @Test
  void a_logout_while_a_sign_in_is_under_way_wins() {
    provider.alterIdToken(token -> token.claim("sid", "under way"));
    provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              String token = provider.logoutToken().claim("sid", "under way").build().reveal();
              assertThat(
                      server
                          .browser()
                          .fetch(
                              "POST",
                              "/auth/backchannel-logout",
                              "logout_token=" + token,
                              Map.of("Content-Type", "application/x-www-form-urlencoded"))
                          .status())
                  .isEqualTo(200);
              return reply;
            }));

    Visit end = browser.open("/auth/login");
    provider.calm();

    assertThat(end.status()).isEqualTo(400);
    assertThat(end.body()).contains("GH-1214");
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in"))
        .isFalse();
  }

  @Test
  void a_session_gets_a_scope_more_and_keeps_those_it_has() {
    browser.open("/auth/login?scope=calendar");
    browser.open("/auth/login?scope=mail");

    assertThat(browser.fetch("GET", "/auth/session", null).json().getJsonArray("scopes"))
        .contains(Json.createValue("calendar"), Json.createValue("mail"));
    assertThat(browser.openOnly("/auth/login?scope=admin").status()).isEqualTo(400);
    assertThat(browser.openOnly("/auth/login?scope=openid").status()).isEqualTo(400);
  }

  @Test
  void a_stronger_sign_in_is_asked_for_and_checked() {
    browser.open("/auth/login");
    Map<String, String> before = browser.cookies();
    provider.stepsUp(false);
    Visit refused = browser.open("/auth/login?acr_values=gold&max_age=60&return_to=/account");
    provider.calm();

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body())
        .contains("GH-1217")
        .contains("<a class=\"button\" href=\"/account\">Go back</a>");
    assertThat(browser.cookies()).isEqualTo(before);
    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();

    Visit done = browser.open("/auth/login?acr_values=gold&max_age=60&return_to=/account");
    assertThat(done.uri().getPath()).isEqualTo("/account");
    assertThat(
            browser
                .fetch("GET", "/auth/session", null)
                .json()
                .getJsonObject("claims")
                .getString("acr"))
        .isEqualTo("gold");
  }

  @Test
  void a_provider_that_hangs_keeps_nobody_from_anything_else() {
    CountDownLatch gate = new CountDownLatch(1);
    int before = provider.count(Endpoint.TOKEN);
    provider.always(Endpoint.TOKEN, Mischief.waitFor(gate));
    try (Crowd crowd = new Crowd(64, () -> server.browser().open("/auth/login"))) {
      // as many as the server has threads to begin with; it lets no more through at once
      Awaitility.await().until(() -> provider.count(Endpoint.TOKEN) >= before + 32);

      assertThat(browser.fetch("GET", "/health/live", null).status()).isEqualTo(200);
      assertThat(browser.open("/").status()).isEqualTo(200);
      assertThat(crowd.waiting()).isGreaterThanOrEqualTo(32);

      gate.countDown();
      assertThat(crowd.statuses()).contains(200).containsOnly(200, 503);
    } finally {
      gate.countDown();
      provider.calm();
    }
  }

  @Test
  void a_restart_of_the_server_signs_nobody_out() {
    browser.open("/auth/login");

    server.restart(settings);

    Browser after = server.browser();
    browser.cookies().forEach(after::plant);
    assertThat(after.fetch("GET", "/auth/session", null).json().getString("subject"))
        .isEqualTo("alice");
    assertThat(after.fetch("POST", "/auth/refresh", "").status()).isEqualTo(200);
  }

  @Test
  void nothing_that_went_to_the_provider_is_written_down() throws IOException {
    browser.open("/auth/login");
    browser.fetch("POST", "/auth/refresh", "");

    List<String> secrets =
        Stream.of(
                values(Endpoint.TOKEN, "code", "code_verifier", "refresh_token", "client_secret"),
                values(Endpoint.REVOKE, "token"),
                provider.liveRefreshTokens().stream(),
                provider.requests(Endpoint.USERINFO).stream()
                    .flatMap(request -> request.header("Authorization").stream())
                    .map(header -> header.substring("Bearer ".length())),
                Stream.of(provider.settings().clientSecret().orElseThrow()))
            .flatMap(each -> each)
            .toList();
    assertThat(secrets).hasSizeGreaterThan(4);
    for (Path log : server.logFiles()) {
      String text = RunningServer.textOf(log);
      secrets.forEach(secret -> assertThat(text).as(log.toString()).doesNotContain(secret));
    }
    assertThat(server.console()).doesNotContain(secrets);
  }

  private static Stream<String> values(Endpoint endpoint, String... names) {
    return provider.requests(endpoint).stream()
        .map(RecordedRequest::parameters)
        .flatMap(
            parameters ->
                Stream.of(names)
                    .flatMap(name -> parameters.getOrDefault(name, List.of()).stream()));
  }

  /** As a browser fetches it for a frame in a page of another site: without cookies. */
  private static Visit frame(String sid) {
    String query =
        "?iss="
            + URLEncoder.encode(provider.issuer().toString(), StandardCharsets.UTF_8)
            + "&sid="
            + URLEncoder.encode(sid, StandardCharsets.UTF_8);
    return server
        .browser()
        .fetch(
            "GET",
            "/auth/frontchannel-logout" + query,
            null,
            Map.of(
                "Sec-Fetch-Site", "cross-site",
                "Sec-Fetch-Mode", "navigate",
                "Sec-Fetch-Dest", "iframe",
                "Accept", "text/html"));
  }

  private static String bearer(String scope, String audience) {
    return provider.accessToken("carol", List.of(audience)).claim("scope", scope).build().reveal();
  }

  private int profile(String token) {
    return browser
        .fetch("GET", "/api/v1/user/profile", null, Map.of("Authorization", "Bearer " + token))
        .status();
  }
}
