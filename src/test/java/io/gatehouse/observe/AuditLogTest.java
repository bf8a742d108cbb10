package io.gatehouse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.observe.SecurityEvent.BackChannelLogout;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import io.gatehouse.observe.SecurityEvent.LogoutCompleted;
import io.gatehouse.observe.SecurityEvent.RefreshFailed;
import io.gatehouse.observe.SecurityEvent.RefreshFailure;
import io.gatehouse.observe.SecurityEvent.RequestRefused;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvent.TokenRefreshed;
import io.gatehouse.testing.LogLines;
import io.gatehouse.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditLogTest {
  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T09:00:00Z"));
  private final AuditLog audit = new AuditLog(clock);
  private final LogLines log = new LogLines(AuditLog.LOGGER);

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void each_event_is_one_line_of_pairs() {
    List.of(
            new LoginStarted("work", "203.0.113.9"),
            new LoginCompleted("work", "user-1", "h4ndle", "2001:db8::1"),
            new LoginRefused("work", ErrorId.STATE_EXPIRED, "Too late.", "r3f", "203.0.113.9"),
            new TokenRefreshed("work", "h4ndle", 2),
            new RefreshFailed("work", "h4ndle", RefreshFailure.NOT_SENT),
            new SessionEnded("work", "user-1", "h4ndle", EndReason.BACK_CHANNEL_LOGOUT),
            new LogoutCompleted("work", "h4ndle", "-"),
            new BackChannelLogout("work", 3),
            new RevocationFailed("work", "h4ndle"),
            new RequestRefused(
                ErrorId.NOT_FOUND, "No route.", "r3f", "203.0.113.9", "GET", "/bff/orders"))
        .forEach(audit);

    assertThat(log.lines())
        .containsExactly(
            "event=login_started provider=work address=203.0.113.9",
            "event=login_completed provider=work subject=user-1 session=h4ndle address=2001:db8::1",
            "event=login_refused provider=work error=GH-1207 detail=\"Too late.\" reference=r3f"
                + " address=203.0.113.9",
            "event=token_refreshed provider=work session=h4ndle generation=2",
            "event=refresh_failed provider=work session=h4ndle failure=not_sent",
            "event=session_ended provider=work subject=user-1 session=h4ndle"
                + " reason=back_channel_logout",
            "event=logout_completed provider=work session=h4ndle address=-",
            "event=back_channel_logout provider=work sessions=3",
            "event=revocation_failed provider=work session=h4ndle",
            "event=request_refused error=GH-1104 detail=\"No route.\" reference=r3f"
                + " address=203.0.113.9 method=GET path=/bff/orders");
  }

  @Test
  void what_needs_an_operator_stands_out_and_what_is_routine_does_not() {
    audit.accept(new TokenRefreshed("work", "h", 1));
    audit.accept(new RefreshFailed("work", "h", RefreshFailure.UNCERTAIN));
    audit.accept(new RevocationFailed("work", "h"));
    audit.accept(new LoginCompleted("work", "s", "h", "-"));
    assertThat(log.records())
        .extracting(LogRecord::getLevel)
        .containsExactly(Level.FINE, Level.WARNING, Level.WARNING, Level.INFO);
  }

  @Test
  void no_value_forges_a_line_or_a_pair() {
    audit.accept(
        new LoginCompleted("work", "x\nevent=login_completed subject=admin", "a b", "\" x=\"y\\"));
    audit.accept(new LoginCompleted("work", "\u202egpj.exe\u0000\u001b[31m", "", "\u00e9"));
    assertThat(log.lines())
        .containsExactly(
            "event=login_completed provider=work subject=\"x\\u000aevent=login_completed"
                + " subject=admin\" session=\"a b\" address=\"\\\" x=\\\"y\\\\\"",
            "event=login_completed provider=work subject=\"\\u202egpj.exe\\u0000\\u001b[31m\""
                + " session=\"\" address=\"\\u00e9\"");
    assertThat(log.lines()).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c <= '~'));
  }

  @Test
  void a_placeholder_of_the_logging_api_is_plain_text() {
    audit.accept(new LoginCompleted("work", "{0}%s${jndi:ldap://x}", "h", "-"));
    LogRecord written = log.records().get(0);
    assertThat(written.getParameters()).isNull();
    assertThat(new SimpleFormatter().formatMessage(written))
        .contains("subject=\"{0}%s${jndi:ldap://x}\"");
  }

  @Test
  void a_long_value_is_cut() {
    audit.accept(new LoginCompleted("work", "x".repeat(5000), "h", "-"));
    assertThat(log.lines().get(0)).hasSizeLessThan(400).contains("xxx...\"");
  }

  @Test
  void what_strangers_cause_is_written_sixty_times_a_minute_and_then_counted() {
    for (int i = 0; i < 1000; i++) {
      audit.accept(refused(ErrorId.NOT_FOUND));
    }
    assertThat(log.lines()).hasSize(61);
    assertThat(log.lines().get(60))
        .isEqualTo("event=leaving_out of=request_refused/GH-1104 for=\"the rest of this minute\"");

    clock.advance(Duration.ofMinutes(1));
    audit.accept(refused(ErrorId.NOT_FOUND));
    assertThat(log.lines()).hasSize(63);
    assertThat(log.lines().get(61))
        .isEqualTo("event=left_out of=request_refused/GH-1104 lines=940");
    assertThat(log.lines().get(62)).startsWith("event=request_refused");
  }

  @Test
  void a_flood_of_one_kind_does_not_hide_another() {
    for (int i = 0; i < 1000; i++) {
      audit.accept(refused(ErrorId.NOT_FOUND));
    }
    audit.accept(refused(ErrorId.CROSS_SITE_REQUEST));
    audit.accept(new LoginRefused("work", ErrorId.ID_TOKEN_REFUSED, "aud", "r", "-"));
    audit.accept(new LoginCompleted("work", "s", "h", "-"));
    assertThat(log.lines()).hasSize(64);
  }

  @Test
  void what_only_users_cause_is_always_written() {
    for (int i = 0; i < 500; i++) {
      audit.accept(new LoginCompleted("work", "s", "h", "-"));
    }
    assertThat(log.lines()).hasSize(500);
  }

  @Test
  void the_last_instant_of_a_minute_still_belongs_to_it() {
    LineBudget budget = new LineBudget(1);
    assertThat(budget.spend(0).isGranted()).isTrue();
    assertThat(budget.spend(59_999).isGranted()).isFalse();
    assertThat(budget.spend(60_000)).isEqualTo(new LineBudget.Verdict(true, true, 1));
    assertThat(budget.spend(60_001).leftOutBefore()).isZero();
  }

  private static RequestRefused refused(ErrorId error) {
    return new RequestRefused(error, "No.", "r3f", "203.0.113.9", "GET", "/x");
  }
}
