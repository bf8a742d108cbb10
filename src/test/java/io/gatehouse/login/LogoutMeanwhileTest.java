package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Mischief;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A logout that arrives while a sign-in is under way wins. */
class LogoutMeanwhileTest {
  private static final String SID = "session-at-the-provider";

  private final LoginStage stage = new LoginStage();
  private final SessionStore sessions = stage.house.sessions;

  /** A way to name alice, or her session at the provider. */
  private record Logout(String name, java.util.function.Consumer<SessionStore> perform) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Logout> logouts() {
    return Stream.of(
        new Logout("by subject", all -> all.endBySubject("default", "alice")),
        new Logout("by sid", all -> all.endBySid("default", SID)),
        new Logout("by both", all -> all.endBySubjectAndSid("default", "alice", SID)));
  }

  @BeforeEach
  void one_session_at_the_provider() {
    stage.house.provider.alterIdToken(token -> token.claim("sid", SID));
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @ParameterizedTest
  @MethodSource("logouts")
  void while_the_provider_makes_the_tokens(Logout logout) {
    AtomicReference<String> granted = new AtomicReference<>("");
    stage.house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              granted.set(reply.text());
              logout.perform().accept(sessions);
              return reply;
            }));
    assertWon(stage.browser().signIn("?return_to=/account"));
    assertThat(revoked()).hasSize(2).allMatch(granted.get()::contains);
  }

  @ParameterizedTest
  @MethodSource("logouts")
  void while_the_provider_says_who_it_is(Logout logout) {
    stage.house.provider.next(
        Endpoint.USERINFO,
        Mischief.alter(
            reply -> {
              logout.perform().accept(sessions);
              return reply;
            }));

    assertWon(stage.browser().signIn("?return_to=/account"));
  }

  @Test
  void of_all_others_by_a_session_that_stays() {
    stage.browser().signIn("");
    Session kept = sessions.list("default", "alice").get(0);
    stage.house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              sessions.endOthers(kept);
              return reply;
            }));

    assertThat(stage.browser().signIn("").status()).isEqualTo(400);
    assertThat(sessions.list("default", "alice"))
        .extracting(Session::handle)
        .containsExactly(kept.handle());
  }

  @Test
  void of_the_providers_session_also_before_the_code_is_sent() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    stage.house.database.advance(Duration.ofSeconds(5));
    sessions.endBySid("default", SID);
    stage.house.database.advance(Duration.ofSeconds(5));

    assertWon(browser.callback(answer));
  }

  @Test
  void whoever_sends_the_code_after_all_their_sessions_ended_is_signed_in() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    sessions.endBySubject("default", "alice");
    stage.house.database.advance(Duration.ofMillis(1));

    assertThat(browser.callback(answer).field("Set-Cookie")).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("logouts")
  void a_sign_in_begun_after_the_logout_is_none_of_its_business(Logout logout) {
    logout.perform().accept(sessions);
    stage.house.database.advance(Duration.ofMillis(1));

    assertThat(stage.browser().signIn("").field("Set-Cookie")).isNotNull();
  }

  @Test
  void a_logout_of_somebody_else_is_none_of_its_business() {
    stage.house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              sessions.endBySubject("default", "bob");
              sessions.endBySubject("another provider", "alice");
              sessions.endBySid("default", "another session");
              sessions.endBySid("another provider", SID);
              sessions.endBySubjectAndSid("default", "bob", SID);
              return reply;
            }));

    assertThat(stage.browser().signIn("").field("Set-Cookie")).isNotNull();
  }

  @Test
  void the_browsers_session_from_before_stays_when_it_is_another() {
    TestBrowser browser = stage.browser();
    stage.house.provider.alterIdToken(token -> token.claim("sid", "the first"));
    browser.signIn("?login_hint=bob");
    one_session_at_the_provider();
    stage.house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              sessions.endBySid("default", SID);
              return reply;
            }));

    assertThat(browser.signIn("").status()).isEqualTo(400);
    assertThat(sessions.list("default", "bob")).hasSize(1);
  }

  @Test
  void the_oldest_of_too_many_sessions_ends_and_its_tokens_are_revoked() {
    stage.browser().signIn("");
    Session oldest = sessions.list("default", "alice").get(0);
    for (int i = 1; i < stage.house.configuration.session().maxPerUser(); i++) {
      stage.house.database.advance(Duration.ofSeconds(61));
      stage.browser().signIn("");
    }
    assertThat(stage.house.events(SessionEnded.class)).isEmpty();
    stage.browser().signIn("");

    assertThat(sessions.list("default", "alice"))
        .hasSize(20)
        .extracting(Session::handle)
        .doesNotContain(oldest.handle());
    assertThat(stage.house.events(SessionEnded.class))
        .containsExactly(new SessionEnded("default", "alice", oldest.handle(), EndReason.TOO_MANY));
    assertThat(revoked())
        .containsExactly(
            oldest.tokens().refreshToken().orElseThrow().reveal(),
            oldest.tokens().accessToken().reveal());
  }

  private void assertWon(Seen seen) {
    assertThat(seen.status()).isEqualTo(400);
    assertThat(seen.body())
        .contains("GH-1214")
        .contains("href=\"/auth/login?return_to=%2Faccount\"");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(sessions.list("default", "alice")).isEmpty();
    assertThat(stage.house.events(LoginCompleted.class)).isEmpty();
    assertThat(stage.house.provider.liveRefreshTokens()).isEmpty();
  }

  private List<String> revoked() {
    return stage.house.provider.requests(Endpoint.REVOKE).stream()
        .map(request -> String.valueOf(request.parameter("token")))
        .toList();
  }
}
