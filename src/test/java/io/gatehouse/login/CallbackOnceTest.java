package io.gatehouse.login;

import static io.gatehouse.login.LoginStartTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.Tokens;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An answer counts once, and in time. */
class CallbackOnceTest {
  private final LoginStage stage = new LoginStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void a_replay_in_a_signed_in_browser_goes_on_quietly() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    browser.callback(answer);
    String session = browser.cookies.get(LoginStage.SESSION);
    Seen replay = browser.replay(answer);

    assertThat(replay.status()).isEqualTo(303);
    assertThat(replay.field("Location")).isEqualTo("/account");
    assertThat(replay.field("Set-Cookie")).isNull();
    assertThat(browser.cookies.get(LoginStage.SESSION)).isEqualTo(session);
    assertThat(browser.session()).isPresent();
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
  }

  @Test
  void a_replay_without_a_session_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    browser.callback(answer);
    browser.cookies.remove(LoginStage.SESSION);

    LoginStage.assertFailed(browser.replay(answer), 400, "GH-1208");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
  }

  @Test
  void a_replay_after_the_session_ended_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    browser.callback(answer);
    stage.house.sessions.end(browser.id());

    LoginStage.assertFailed(browser.replay(answer), 400, "GH-1208");
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
    browser.cookies.remove(LoginStage.SESSION);
    LoginStage.assertFailed(browser.open(bounced.refreshTarget()), 400, "GH-1208");
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
    LoginStage.assertFailed(page, 400, "GH-1207");
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
    String session = browser.cookies.get(LoginStage.SESSION);

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
    assertThat(browser.cookies.get(LoginStage.SESSION)).isEqualTo(session);
    assertThat(browser.session()).isPresent();
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

    assertThat(thief.session()).isPresent();
    assertThat(victim.session()).isPresent();
  }

  @Test
  void a_restarted_login_still_ends_the_old_session() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId oldId = browser.id();
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(LoginTransaction.LIFE.minusSeconds(1));
    stage.house.sessions.find(oldId);
    stage.house.database.advance(Duration.ofSeconds(1));
    browser.callback(browser.authorize(browser.replay(answer)));

    assertThat(stage.house.sessions.peek(oldId)).isEmpty();
    assertThat(browser.session()).isPresent();
  }

  @Test
  void a_login_is_in_time_to_its_last_moment() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.database.advance(LoginTransaction.LIFE.minusMillis(1));

    assertThat(browser.callback(answer).field("Set-Cookie")).startsWith(LoginStage.SESSION + "=");
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

    LoginStage.assertFailed(other.callback(answer), 400, "GH-1206");
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
}
