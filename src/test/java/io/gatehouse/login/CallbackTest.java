package io.gatehouse.login;

import static io.gatehouse.login.LoginStartTest.encode;
import static io.gatehouse.login.LoginStartTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.session.Session;
import io.gatehouse.session.Tokens;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackTest {
  private static final String SESSION = "__Host-Http-gatehouse";
  private static final String LOGIN = "__Host-Http-gatehouse-login";

  private LoginStage stage = new LoginStage();

  @AfterEach
  void close() {
    stage.close();
  }

  // ---- the way in ----

  @Test
  void a_sign_in_lands_on_a_page_that_moves_on_by_itself() {
    TestBrowser browser = stage.browser();
    Seen seen = browser.signIn("?return_to=/account%3Ftab%3Done%26x%3Dy");

    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.field("Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(seen.field("Cache-Control")).isEqualTo("no-store");
    assertThat(seen.field("Set-Cookie"))
        .matches(
            SESSION
                + "=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=604800");
    assertThat(seen.body())
        .contains("<meta http-equiv=\"refresh\" content=\"0; url=/account?tab=one&amp;x=y\">")
        .contains("<a href=\"/account?tab=one&amp;x=y\">");
  }

  @Test
  void the_session_knows_who_with_what_and_from_where() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?login_hint=bob"));
    browser.send(
        Requests.crossSiteNavigation("/auth/callback?" + answer).with("User-Agent", "Test/1.0"));
    Session session = session(browser).orElseThrow();

    assertThat(session.provider()).isEqualTo("default");
    assertThat(session.subject()).isEqualTo("bob");
    assertThat(session.sid()).isPresent();
    assertThat(session.claims())
        .containsEntry("name", "Bob Example")
        .containsEntry("email", "bob@example.org")
        .doesNotContainKeys("nonce", "at_hash", "iss", "sub", "aud");
    assertThat(session.userAgent()).isEqualTo("Test/1.0");
    assertThat(session.ip()).isEqualTo("192.0.2.7");
    assertThat(session.tokens().scopes())
        .containsExactlyInAnyOrder("openid", "profile", "email", "offline_access");
    assertThat(stage.house.provider.isLive(session.tokens().accessToken().reveal())).isTrue();
    assertThat(session.tokens().accessTokenExpiresAt())
        .contains(stage.house.database.clock().instant().plus(Duration.ofMinutes(5)));
    assertThat(session.tokens().refreshTokenExpiresAt())
        .contains(stage.house.database.clock().instant().plus(Duration.ofDays(30)));
    assertThat(session.tokens().codeVerifier()).isEmpty();
    assertThat(stage.house.events(LoginCompleted.class))
        .containsExactly(new LoginCompleted("default", "bob", session.handle(), "192.0.2.7"));
  }

  @Test
  void the_session_knows_how_and_when_from_the_id_token_alone() {
    stage.house.provider.alterIdToken(token -> token.claim("acr", "gold").claim("auth_time", 1000));
    stage.house.provider.alterUserInfo(
        claims -> {
          claims.put("acr", "platinum");
          claims.put("auth_time", 2000);
          claims.put("name", "Alice Newname");
          return claims;
        });
    TestBrowser browser = stage.browser();
    browser.signIn("");
    Session session = session(browser).orElseThrow();

    assertThat(session.acr()).contains("gold");
    assertThat(session.authenticatedAt()).contains(Instant.ofEpochSecond(1000));
    assertThat(session.claims())
        .containsEntry("acr", "gold")
        .containsEntry("auth_time", 1000L)
        .containsEntry("name", "Alice Newname");
  }

  @Test
  void what_only_userinfo_says_of_a_sign_in_counts_for_nothing() {
    stage.house.provider.alterIdToken(token -> token.claim("auth_time", null));
    stage.house.provider.alterUserInfo(
        claims -> {
          claims.put("acr", "platinum");
          claims.put("auth_time", 2000);
          return claims;
        });
    TestBrowser browser = stage.browser();
    browser.signIn("");

    assertThat(session(browser).orElseThrow().acr()).isEmpty();
    assertThat(session(browser).orElseThrow().authenticatedAt()).isEmpty();
  }

  @Test
  void how_and_when_follow_the_id_token_of_a_refresh_and_outlast_one_that_is_silent() {
    stage.house.provider.alterIdToken(token -> token.claim("acr", "gold").claim("auth_time", 1000));
    TestBrowser browser = stage.browser();
    browser.signIn("");

    stage.house.provider.alterIdToken(token -> token.claim("auth_time", null));
    stage.house.accessTokens.refreshNow(id(browser));
    assertThat(session(browser).orElseThrow().acr()).contains("gold");
    assertThat(session(browser).orElseThrow().authenticatedAt())
        .contains(Instant.ofEpochSecond(1000));

    stage.house.provider.alterIdToken(token -> token.claim("acr", "lead").claim("auth_time", 900));
    stage.house.accessTokens.refreshNow(id(browser));
    assertThat(session(browser).orElseThrow().acr()).contains("lead");
    assertThat(session(browser).orElseThrow().authenticatedAt())
        .contains(Instant.ofEpochSecond(900));
  }

  @Test
  void the_verifier_is_kept_only_for_a_provider_that_wants_it_again() {
    restage(new LoginStage(settings -> settings.quirk(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER)));
    TestBrowser browser = stage.browser();
    browser.signIn("");

    assertThat(session(browser).orElseThrow().tokens().codeVerifier()).isPresent();
  }

  @Test
  void the_code_is_exchanged_with_the_verifier_of_its_challenge() {
    TestBrowser browser = stage.browser();
    Seen started = browser.login("");
    browser.callback(browser.authorize(started));
    var exchange = stage.house.provider.last(Endpoint.TOKEN);

    assertThat(LoginState.challenge(Secret.of(String.valueOf(exchange.parameter("code_verifier")))))
        .isEqualTo(query(started).get("code_challenge").get(0));
    assertThat(exchange.parameter("redirect_uri"))
        .isEqualTo("https://localhost:9443/auth/callback");
  }

  @Test
  void every_sign_in_makes_a_new_id_and_ends_the_old_session_and_its_tokens() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId oldId = id(browser);
    Session old = session(browser).orElseThrow();
    browser.signIn("");

    assertThat(id(browser)).isNotEqualTo(oldId);
    assertThat(stage.house.sessions.peek(oldId)).isEmpty();
    assertThat(session(browser)).isPresent();
    assertThat(stage.house.provider.isLive(old.tokens().accessToken().reveal())).isFalse();
    assertThat(stage.house.events(SessionEnded.class))
        .containsExactly(
            new SessionEnded("default", "alice", old.handle(), EndReason.REPLACED_BY_LOGIN));
  }

  @Test
  void a_presented_session_id_is_never_adopted() {
    TestBrowser browser = stage.browser();
    String planted = SessionId.random(new SecureRandom()).reveal();
    browser.cookies.put(SESSION, planted);
    String answer = browser.authorize(browser.login(""));
    // as from a provider at this very site
    browser.send(Requests.navigation("/auth/callback?" + answer));

    assertThat(browser.cookies.get(SESSION)).isNotEqualTo(planted);
    assertThat(stage.house.sessions.peek(SessionId.parse(planted).orElseThrow())).isEmpty();
  }

  @Test
  void any_number_of_tabs_sign_in_at_once_in_any_order() {
    TestBrowser browser = stage.browser();
    List<String> answers = new ArrayList<>();
    for (int tab = 0; tab < 30; tab++) {
      answers.add(browser.authorize(browser.login("?return_to=/tab" + tab)));
    }
    assertThat(browser.cookies).hasSize(1);
    Collections.reverse(answers);

    for (int tab = 29; tab >= 0; tab--) {
      assertThat(browser.callback(answers.get(29 - tab)).refreshTarget()).isEqualTo("/tab" + tab);
    }
  }

  @Test
  void tabs_that_sign_in_at_once_leave_one_session_and_its_tokens() {
    TestBrowser browser = stage.browser();
    Seen one = browser.login("");
    Seen two = browser.login("?login_hint=bob");
    browser.callback(browser.authorize(one));
    Session first = session(browser).orElseThrow();
    browser.callback(browser.authorize(two));

    assertThat(session(browser).orElseThrow().subject()).isEqualTo("bob");
    assertThat(stage.house.sessions.list("default", "alice")).isEmpty();
    assertThat(stage.house.provider.isLive(first.tokens().accessToken().reveal())).isFalse();
    assertThat(stage.house.events(SessionEnded.class))
        .containsExactly(
            new SessionEnded("default", "alice", first.handle(), EndReason.REPLACED_BY_LOGIN));
  }

  @Test
  void a_form_post_response_is_read_from_the_body_alone() {
    restage(new LoginStage(settings -> settings.responseMode(ResponseMode.FORM_POST)));
    TestBrowser browser = stage.browser();
    Seen started = browser.login("");
    String body =
        "state="
            + query(started).get("state").get(0)
            + "&code="
            + stage.house.provider.code(
                "alice",
                "https://localhost:9443/auth/callback",
                query(started).get("code_challenge").get(0),
                query(started).get("nonce").get(0))
            + "&iss="
            + encode(stage.house.provider.issuer().toString());

    assertThat(
            browser
                .send(
                    Requests.a("POST", "/auth/callback?" + body)
                        .with("Accept", "text/html")
                        .body(""))
                .body())
        .contains("GH-1204");
    assertThat(
            browser
                .send(
                    Requests.a("POST", "/auth/callback?error=access_denied&state=x")
                        .with("Accept", "text/html")
                        .body(body))
                .field("Set-Cookie"))
        .startsWith(SESSION + "=");
  }

  @Test
  void session_state_and_unknown_parameters_are_ignored() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));

    assertThat(browser.callback(answer + "&session_state=abc.def&x=&scope=openid").status())
        .isEqualTo(200);
  }

  // ---- whose answer it is ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "code=abc",
        "error=access_denied",
        "code=abc&iss=https%3A%2F%2Fissuer.example"
      })
  void an_answer_without_state_is_refused(String query) {
    assertFailed(stage.browser().callback(query), 400, "GH-1204");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a.b.c", "%s", "x%s", "%sx", "....", "%%00"})
  void a_forged_state_is_refused(String forgery) {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);
    String forged = String.format(forgery, state.substring(0, state.length() - 2));

    assertFailed(browser.callback("code=abc&state=" + encode(forged)), 400, "GH-1205");
  }

  @Test
  void another_browser_is_refused_and_burns_nothing() {
    TestBrowser right = stage.browser();
    String answer = right.authorize(right.login(""));
    TestBrowser without = stage.browser();
    TestBrowser wrong = stage.browser();
    wrong.login("");

    assertFailed(without.callback(answer), 400, "GH-1206");
    assertFailed(wrong.callback(answer), 400, "GH-1206");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isZero();
    assertThat(right.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void two_login_cookies_are_none() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    String pair = LOGIN + "=" + browser.cookies.remove(LOGIN);

    assertFailed(
        browser.send(
            Requests.crossSiteNavigation("/auth/callback?" + answer)
                .with("Cookie", pair + "; " + pair)),
        400,
        "GH-1206");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&state=x",
        "&code=x",
        "&iss=x",
        "&x=1&x=2",
        "&error=access_denied",
        "&%zz=1",
        "&error="
      })
  void repeated_contradicting_and_broken_parameters_are_refused_and_burn_nothing(String more) {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));

    assertFailed(browser.callback(answer + more), 400, "GH-1209");
    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"state=&code=x", "state=%s&code=", "state=%s&error=", "state=%s&code=x&iss="})
  void empty_values_are_refused(String pattern) {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);

    assertFailed(browser.callback(pattern.replace("%s", state)), 400, "GH-1209");
  }

  @Test
  void neither_code_nor_error_is_refused() {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);

    assertFailed(browser.callback("state=" + state + "&iss=" + encode(issuer())), 400, "GH-1209");
  }

  @Test
  void more_than_four_kilobytes_are_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    String more = answer + "&x=" + "y".repeat(4096 - answer.length() - 3);

    assertFailed(browser.callback(more + "y"), 400, "GH-1209");
    assertFailed(browser.callbackByPost(more + "y"), 400, "GH-1209");
    assertThat(browser.callback(more).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://issuer.example", "%s/", "%S"})
  void an_answer_of_another_issuer_is_refused_and_burns_nothing(String pattern) {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    String wrong = pattern.replace("%s", issuer()).replace("%S", issuer().replace("http", "HTTP"));

    assertFailed(
        browser.callback(answer.replaceAll("iss=[^&]*", "iss=" + encode(wrong))), 400, "GH-1210");
    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void an_answer_without_issuer_is_refused_where_the_provider_promised_one() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("")).replaceAll("&iss=[^&]*", "");

    assertFailed(browser.callback(answer), 400, "GH-1210");
  }

  @Test
  void an_answer_without_issuer_is_taken_where_nobody_promised_one() {
    stage.house.provider.alterMetadata(Lies::withoutIss);
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("")).replaceAll("&iss=[^&]*", "");

    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void with_several_providers_every_answer_names_its_issuer() {
    restage(
        new LoginStage(
            settings -> settings.provider("other", URI.create("https://other.example"))));
    stage.house.provider.alterMetadata(Lies::withoutIss);
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?provider=default"));

    assertFailed(browser.callback(answer.replaceAll("&iss=[^&]*", "")), 400, "GH-1210");
    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  // ---- no ----

  @Test
  void a_refusal_of_the_provider_is_a_page_with_its_code_and_a_way_back() {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("?return_to=/account")).get("state").get(0);
    String refusal =
        "state="
            + state
            + "&iss="
            + encode(issuer())
            + "&error=access_denied&error_description="
            + encode("<script>alert(1)</script>\u202e\u0007" + "x".repeat(300));
    Seen seen = browser.callback(refusal);

    assertFailed(seen, 403, "GH-1211");
    assertThat(seen.body())
        .contains("access_denied")
        .contains("In the provider&#39;s own words: \u201c&lt;script&gt;alert(1)&lt;/script&gt;xxx")
        .doesNotContain("<script>alert", "\u202e", "\u0007", "x".repeat(200))
        .contains("<a class=\"button\" href=\"/auth/login?return_to=%2Faccount\">Try again</a>");
    assertThat(stage.house.events(LoginRefused.class))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.provider()).isEqualTo("default");
              assertThat(event.error()).isEqualTo(ErrorId.PROVIDER_REFUSED);
              assertThat(seen.body()).contains(event.reference());
            });
    assertFailed(browser.send(Requests.navigation("/auth/callback?" + refusal)), 400, "GH-1208");
  }

  @Test
  void an_error_code_outside_the_grammar_is_not_shown() {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);
    Seen seen =
        browser.callback(
            "state=" + state + "&iss=" + encode(issuer()) + "&error=" + encode("a\"b c"));

    assertFailed(seen, 403, "GH-1211");
    assertThat(seen.body()).doesNotContain("a&quot;b");
  }

  // ---- once ----

  @Test
  void a_replay_in_a_signed_in_browser_goes_on_quietly() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    browser.callback(answer);
    String session = browser.cookies.get(SESSION);
    Seen replay = browser.replay(answer);

    assertThat(replay.status()).isEqualTo(303);
    assertThat(replay.field("Location")).isEqualTo("/account");
    assertThat(replay.field("Set-Cookie")).isNull();
    assertThat(browser.cookies.get(SESSION)).isEqualTo(session);
    assertThat(session(browser)).isPresent();
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
  }

  @Test
  void a_replay_without_a_session_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    browser.callback(answer);
    browser.cookies.remove(SESSION);

    assertFailed(browser.replay(answer), 400, "GH-1208");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
  }

  @Test
  void a_replay_after_the_session_ended_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    browser.callback(answer);
    stage.house.sessions.end(id(browser));

    assertFailed(browser.replay(answer), 400, "GH-1208");
  }

  @Test
  void a_replay_on_the_way_from_another_site_asks_once_more_from_here() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    browser.callback(answer);
    Seen bounced = browser.callback(answer);

    assertThat(bounced.status()).isEqualTo(200);
    assertThat(bounced.refreshTarget()).startsWith("/auth/callback?state=");
    assertThat(bounced.body()).doesNotContain("code=");
    assertThat(browser.open(bounced.refreshTarget()).field("Location")).isEqualTo("/account");
    browser.cookies.remove(SESSION);
    assertFailed(browser.open(bounced.refreshTarget()), 400, "GH-1208");
  }

  @Test
  void of_many_callbacks_at_once_one_sends_the_code() throws Exception {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    CyclicBarrier barrier = new CyclicBarrier(8);
    Callable<Seen> callback =
        () -> {
          TestBrowser tab = stage.browser();
          tab.cookies.putAll(browser.cookies);
          barrier.await();
          return tab.callback(answer);
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      int opened = 0;
      for (Future<Seen> seen : threads.invokeAll(Collections.nCopies(8, callback))) {
        opened += seen.get().field("Set-Cookie") == null ? 0 : 1;
      }
      assertThat(opened).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
    assertThat(stage.house.provider.reuses()).isZero();
  }

  // ---- in time ----

  @Test
  void what_an_answer_is_long_in_coming_is_not_added_to_the_life_of_its_tokens() {
    Instant asked = stage.house.database.clock().instant();
    stage.house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              stage.house.database.advance(Duration.ofSeconds(5));
              return reply;
            }));
    stage.browser().signIn("");
    Tokens tokens = stage.house.sessions.list("default", "alice").get(0).tokens();
    assertThat(tokens.accessTokenExpiresAt()).contains(asked.plus(tokens.accessTokenLifetime()));
    assertThat(tokens.refreshTokenExpiresAt())
        .contains(asked.plus(stage.house.configuration.refresh().refreshTokenLifetime()));
  }

  @Test
  void an_expired_login_starts_once_more_for_the_same_target_and_then_says_so() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account&prompt=login&max_age=60"));
    stage.house.database.advance(LoginTransaction.LIFE);
    Seen restarted = browser.replay(answer);

    assertThat(restarted.status()).isEqualTo(302);
    assertThat(query(restarted)).containsEntry("prompt", List.of("login"));
    assertThat(query(restarted)).containsEntry("max_age", List.of("60"));
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isZero();
    String second = browser.authorize(restarted);
    stage.house.database.advance(LoginTransaction.LIFE);
    Seen page = browser.replay(second);
    assertFailed(page, 400, "GH-1207");
    assertThat(page.body()).contains("href=\"/auth/login?return_to=%2Faccount\"");
  }

  @Test
  void a_restarted_login_completes() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    stage.house.database.advance(LoginTransaction.LIFE);
    Seen restarted = browser.replay(answer);

    assertThat(browser.callback(browser.authorize(restarted)).refreshTarget())
        .isEqualTo("/account");
  }

  @Test
  void a_replay_in_a_signed_in_browser_goes_on_quietly_however_late() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    browser.callback(answer);
    String session = browser.cookies.get(SESSION);

    // while it is known that the state was used, and when that is forgotten
    for (Duration half : List.of(LoginTransaction.LIFE, LoginTransaction.LIFE)) {
      browser.open("/account");
      stage.house.database.advance(half.dividedBy(2));
      browser.open("/account");
      stage.house.database.advance(half.dividedBy(2));
      Seen replay = browser.replay(answer);
      assertThat(replay.status()).isEqualTo(303);
      assertThat(replay.field("Location")).isEqualTo("/account");
    }
    assertThat(browser.cookies.get(SESSION)).isEqualTo(session);
    assertThat(session(browser)).isPresent();
  }

  @Test
  void a_late_replay_without_a_session_starts_once_more() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    browser.callback(answer);
    stage.house.database.advance(LoginTransaction.LIFE);

    assertThat(browser.replay(answer).status()).isEqualTo(302);
  }

  @Test
  void an_expired_login_of_a_signed_in_browser_starts_once_more_if_it_was_never_used() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    String answer = browser.authorize(browser.login("?prompt=login"));
    stage.house.database.advance(LoginTransaction.LIFE.minusSeconds(1));
    browser.open("/account");
    stage.house.database.advance(Duration.ofSeconds(1));

    assertThat(browser.replay(answer).status()).isEqualTo(302);
  }

  @Test
  void a_stolen_expired_state_ends_nobodys_session() {
    TestBrowser victim = stage.browser();
    victim.signIn("");
    String stolen = query(victim.login("?prompt=login")).get("state").get(0);
    stage.house.database.advance(LoginTransaction.LIFE.minusSeconds(1));
    victim.open("/account");
    stage.house.database.advance(Duration.ofSeconds(1));
    TestBrowser thief = stage.browser();
    Seen restarted = thief.replay("state=" + stolen + "&code=x");
    thief.callback(thief.authorize(restarted));

    assertThat(session(thief)).isPresent();
    assertThat(session(victim)).isPresent();
  }

  @Test
  void a_restarted_login_still_ends_the_old_session() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId oldId = id(browser);
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(LoginTransaction.LIFE.minusSeconds(1));
    stage.house.sessions.find(oldId);
    stage.house.database.advance(Duration.ofSeconds(1));
    browser.callback(browser.authorize(browser.replay(answer)));

    assertThat(stage.house.sessions.peek(oldId)).isEmpty();
    assertThat(session(browser)).isPresent();
  }

  @Test
  void a_login_is_in_time_to_its_last_moment() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(LoginTransaction.LIFE.minusMillis(1));

    assertThat(browser.callback(answer).field("Set-Cookie")).startsWith(SESSION + "=");
  }

  @Test
  void an_expired_login_whose_cookie_went_first_starts_once_more() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(Duration.ofHours(2));
    browser.cookies.clear();

    assertThat(browser.replay(answer).status()).isEqualTo(302);
  }

  @Test
  void an_expired_login_in_another_browser_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(LoginTransaction.LIFE);
    TestBrowser other = stage.browser();
    other.login("");

    assertFailed(other.callback(answer), 400, "GH-1206");
  }

  @Test
  void a_fetch_restarts_nothing() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(LoginTransaction.LIFE);
    Seen seen = browser.send(Requests.fetch("GET", "/auth/callback?" + answer));

    assertThat(seen.status()).isEqualTo(400);
    assertThat(seen.field("Content-Type")).isEqualTo("application/problem+json");
  }

  // ---- when things fail, nothing is lost ----

  @ParameterizedTest
  @ValueSource(strings = {"500", "503", "429", "hang", "die", "garbage", "drip", "html"})
  void a_token_endpoint_in_trouble_is_503_and_the_session_stays(String trouble) {
    if (trouble.equals("hang") || trouble.equals("drip")) {
      restage(new LoginStage(House.impatient()));
    }
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId before = id(browser);
    String answer = browser.authorize(browser.login("?return_to=/account"));
    stage.house.provider.forgetRequests();
    stage.house.provider.always(
        Endpoint.TOKEN,
        switch (trouble) {
          case "hang" -> Mischief.hang();
          case "die" -> Mischief.actThenDie();
          case "garbage" -> Mischief.garbage();
          case "drip" -> Mischief.drip(Duration.ofMillis(100));
          case "html" -> Mischief.contentType("text/html");
          case "429" -> Mischief.tooManyRequests("7");
          default -> Mischief.status(Integer.parseInt(trouble));
        });
    Seen seen = browser.callback(answer);

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.body()).contains("href=\"/auth/login?return_to=%2Faccount\"");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
    assertThat(stage.house.sessions.peek(before)).isPresent();
  }

  @Test
  void a_code_that_the_provider_does_not_take_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("")).replaceAll("code=[^&]*", "code=other");

    assertFailed(browser.callback(answer), 400, "GH-1213");
  }

  @Test
  void an_id_token_that_breaks_a_rule_is_refused_by_its_name_without_a_further_call() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId before = id(browser);
    stage.house.provider.alterIdToken(token -> token.claim("nonce", "another"));
    stage.house.provider.forgetRequests();
    Seen seen = browser.signIn("");

    assertFailed(seen, 400, "GH-1302");
    assertThat(seen.body()).contains("NONCE");
    assertThat(stage.house.provider.count(Endpoint.USERINFO)).isZero();
    assertThat(stage.house.provider.count(Endpoint.REVOKE)).isZero();
    assertThat(stage.house.sessions.peek(before)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "iss,https://evil.example,ISSUER",
    "aud,other,AUDIENCE",
    "azp,other,AUTHORIZED_PARTY"
  })
  void each_rule_has_its_say(String claim, String value, String rule) {
    stage.house.provider.alterIdToken(token -> token.claim(claim, value));
    Seen seen = stage.browser().signIn("");

    assertFailed(seen, 400, "GH-1302");
    assertThat(seen.body()).contains(rule).doesNotContain(value + " ");
  }

  @Test
  void an_answer_without_id_token_signs_nobody_in() {
    stage.house.provider.alterTokenAnswer(Lies::withoutIdToken);
    Seen seen = stage.browser().signIn("");

    assertThat(seen.status()).isIn(400, 503);
    assertThat(seen.field("Set-Cookie")).isNull();
  }

  @Test
  void userinfo_of_somebody_else_signs_nobody_in() {
    stage.house.provider.alterUserInfo(claims -> Lies.with(claims, "sub", "mallory"));

    assertFailed(stage.browser().signIn(""), 400, "GH-1303");
  }

  @Test
  void a_store_in_trouble_is_503_and_nothing_is_burnt() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.storeDown(true);
    Seen seen = browser.callback(answer);

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.body()).contains("GH-1901");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isZero();
    stage.house.storeDown(false);
    assertThat(browser.callback(answer).field("Set-Cookie")).startsWith(SESSION + "=");
  }

  @Test
  void nothing_secret_is_in_any_answer() {
    TestBrowser browser = stage.browser();
    Seen started = browser.login("");
    String answer = browser.authorize(started);
    Seen landed = browser.callback(answer);
    Seen replay = browser.replay(answer);
    Session session = session(browser).orElseThrow();
    String code = answer.replaceAll(".*code=([^&]*).*", "$1");
    String verifier =
        String.valueOf(stage.house.provider.last(Endpoint.TOKEN).parameter("code_verifier"));

    for (Seen seen : List.of(started, landed, replay)) {
      assertThat(seen.toString())
          .doesNotContain(
              code,
              verifier,
              session.tokens().accessToken().reveal(),
              session.tokens().idToken().reveal(),
              session.tokens().refreshToken().orElseThrow().reveal());
    }
    assertThat(stage.house.events.toString()).doesNotContain(code, verifier, id(browser).reveal());
  }

  private void assertFailed(Seen seen, int status, String code) {
    assertThat(seen.body()).contains(code);
    assertThat(seen.status()).isEqualTo(status);
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.field("Cache-Control")).isEqualTo("no-store");
  }

  private SessionId id(TestBrowser browser) {
    return SessionId.parse(browser.cookies.get(SESSION)).orElseThrow();
  }

  private Optional<Session> session(TestBrowser browser) {
    return stage.house.sessions.peek(id(browser));
  }

  private String issuer() {
    return stage.house.provider.issuer().toString();
  }

  private void restage(LoginStage other) {
    stage.close();
    stage = other;
  }

  /** Lies that a provider tells. */
  private static final class Lies {
    static Map<String, Object> withoutIss(Map<String, Object> metadata) {
      metadata.remove("authorization_response_iss_parameter_supported");
      return metadata;
    }

    static Map<String, Object> withoutIdToken(Map<String, Object> answer) {
      answer.remove("id_token");
      return answer;
    }

    static Map<String, Object> with(Map<String, Object> claims, String name, String value) {
      claims.put(name, value);
      return claims;
    }
  }
}
