package io.gatehouse.login;

import static io.gatehouse.login.LoginStartTest.encode;
import static io.gatehouse.login.LoginStartTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.session.Session;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Requests;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The way in. */
class CallbackTest {
  private LoginStage stage = new LoginStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void a_sign_in_lands_on_a_page_that_moves_on_by_itself() {
    TestBrowser browser = stage.browser();
    Seen seen = browser.signIn("?return_to=/account%3Ftab%3Done%26x%3Dy");

    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.field("Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(seen.field("Cache-Control")).isEqualTo("no-store");
    assertThat(seen.field("Set-Cookie"))
        .matches(
            LoginStage.SESSION
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
    Session session = browser.session().orElseThrow();

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
    Session session = browser.session().orElseThrow();

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

    assertThat(browser.session().orElseThrow().acr()).isEmpty();
    assertThat(browser.session().orElseThrow().authenticatedAt()).isEmpty();
  }

  @Test
  void how_and_when_follow_the_id_token_of_a_refresh_and_outlast_one_that_is_silent() {
    stage.house.provider.alterIdToken(token -> token.claim("acr", "gold").claim("auth_time", 1000));
    TestBrowser browser = stage.browser();
    browser.signIn("");

    stage.house.provider.alterIdToken(token -> token.claim("auth_time", null));
    stage.house.accessTokens.refreshNow(browser.id());
    assertThat(browser.session().orElseThrow().acr()).contains("gold");
    assertThat(browser.session().orElseThrow().authenticatedAt())
        .contains(Instant.ofEpochSecond(1000));

    stage.house.provider.alterIdToken(token -> token.claim("acr", "lead").claim("auth_time", 900));
    stage.house.accessTokens.refreshNow(browser.id());
    assertThat(browser.session().orElseThrow().acr()).contains("lead");
    assertThat(browser.session().orElseThrow().authenticatedAt())
        .contains(Instant.ofEpochSecond(900));
  }

  @Test
  void the_verifier_is_kept_only_for_a_provider_that_wants_it_again() {
    restage(new LoginStage(settings -> settings.quirk(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER)));
    TestBrowser browser = stage.browser();
    browser.signIn("");

    assertThat(browser.session().orElseThrow().tokens().codeVerifier()).isPresent();
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
    SessionId oldId = browser.id();
    Session old = browser.session().orElseThrow();
    browser.signIn("");

    assertThat(browser.id()).isNotEqualTo(oldId);
    assertThat(stage.house.sessions.peek(oldId)).isEmpty();
    assertThat(browser.session()).isPresent();
    assertThat(stage.house.provider.isLive(old.tokens().accessToken().reveal())).isFalse();
    assertThat(stage.house.events(SessionEnded.class))
        .containsExactly(
            new SessionEnded("default", "alice", old.handle(), EndReason.REPLACED_BY_LOGIN));
  }

  @Test
  void a_presented_session_id_is_never_adopted() {
    TestBrowser browser = stage.browser();
    String planted = SessionId.random(new SecureRandom()).reveal();
    browser.cookies.put(LoginStage.SESSION, planted);
    String answer = browser.authorize(browser.login(""));
    // as from a provider at this very site
    browser.send(Requests.navigation("/auth/callback?" + answer));

    assertThat(browser.cookies.get(LoginStage.SESSION)).isNotEqualTo(planted);
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
    Session first = browser.session().orElseThrow();
    browser.callback(browser.authorize(two));

    assertThat(browser.session().orElseThrow().subject()).isEqualTo("bob");
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
        .startsWith(LoginStage.SESSION + "=");
  }

  @Test
  void session_state_and_unknown_parameters_are_ignored() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));

    assertThat(browser.callback(answer + "&session_state=abc.def&x=&scope=openid").status())
        .isEqualTo(200);
  }

  private void restage(LoginStage other) {
    stage.close();
    stage = other;
  }
}
