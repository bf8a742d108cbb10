package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Secret;
import io.gatehouse.refresh.RefreshPolicy.Verdict;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.RefreshState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RefreshPolicyTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final Instant EXPIRY = START.plus(LIFE);
  private static final Instant NEVER = Instant.EPOCH;

  private final RefreshPolicy policy =
      new RefreshPolicy(Node.CONFIGURATION, new SplittableRandom(1));

  @Test
  void a_token_is_just_renewed_for_half_a_minute_or_the_first_quarter_of_a_short_life() {
    assertThat(isJustRenewed(LIFE, Duration.ofSeconds(29))).isTrue();
    assertThat(isJustRenewed(LIFE, Duration.ofSeconds(30))).isFalse();
    assertThat(isJustRenewed(Duration.ofSeconds(8), Duration.ofMillis(1999))).isTrue();
    assertThat(isJustRenewed(Duration.ofSeconds(8), Duration.ofSeconds(2))).isFalse();
    assertThat(isJustRenewed(Duration.ZERO, Duration.ZERO)).isFalse();
  }

  private boolean isJustRenewed(Duration life, Duration age) {
    Session renewed =
        session(
            "id",
            1,
            Optional.of(START.plus(life)),
            life,
            true,
            renewal(RefreshState.IDLE, NEVER, NEVER));
    return policy.isJustRenewed(renewed, Wanted.insteadOf(1), START.plus(age));
  }

  private static Session session(Session.Renewal renewal) {
    return session("id", 0, Optional.of(EXPIRY), LIFE, true, renewal);
  }

  private static Session idle() {
    return session(renewal(RefreshState.IDLE, NEVER, NEVER));
  }

  private static Session.Renewal renewal(RefreshState state, Instant lease, Instant notBefore) {
    return new Session.Renewal(state, lease, 1, notBefore);
  }

  private static Session session(
      String id,
      long generation,
      Optional<Instant> expiry,
      Duration life,
      boolean hasRefreshToken,
      Session.Renewal renewal) {
    Tokens tokens =
        new Tokens(
            Secret.of("at"),
            expiry,
            life,
            Optional.of(Secret.of("rt")).filter(token -> hasRefreshToken),
            Optional.empty(),
            Secret.of("id"),
            Optional.empty(),
            Set.of());
    Instant end = START.plus(Duration.ofDays(7));
    return new Session(
        new SessionKey(id),
        "h",
        "acme",
        "alice",
        Optional.empty(),
        Map.of(),
        tokens,
        START,
        START,
        end,
        end,
        generation,
        generation,
        List.of(),
        renewal,
        "",
        "");
  }

  private Verdict at(Session session, Instant now) {
    return policy.decide(session, Wanted.ANY_GOOD, now);
  }

  @Test
  void a_token_is_used_until_the_instant_it_is_due() {
    Instant due = policy.dueAt(idle(), Wanted.ANY_GOOD);
    assertThat(at(idle(), due.minusNanos(1))).isEqualTo(Verdict.USE);
    assertThat(at(idle(), due)).isEqualTo(Verdict.REFRESH);
  }

  @Test
  void due_is_within_the_configured_time_ahead_of_expiry() {
    for (int i = 0; i < 1000; i++) {
      Session session = session("id" + i, i, Optional.of(EXPIRY), LIFE, true, idle().renewal());
      assertThat(Duration.between(policy.dueAt(session, Wanted.ANY_GOOD), EXPIRY))
          .isBetween(Duration.ofSeconds(54), Duration.ofSeconds(60));
    }
  }

  @Test
  void due_is_never_more_than_a_quarter_of_the_life_ahead() {
    Session shortLived =
        session(
            "id",
            0,
            Optional.of(START.plusSeconds(20)),
            Duration.ofSeconds(20),
            true,
            idle().renewal());
    assertThat(Duration.between(policy.dueAt(shortLived, Wanted.ANY_GOOD), START.plusSeconds(20)))
        .isBetween(Duration.ofMillis(4500), Duration.ofSeconds(5));
  }

  @Test
  void what_began_together_is_not_due_together_but_at_the_same_instant_at_every_node() {
    Set<Instant> due = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Session session = session("id" + i, 0, Optional.of(EXPIRY), LIFE, true, idle().renewal());
      due.add(policy.dueAt(session, Wanted.ANY_GOOD));
      assertThat(
              new RefreshPolicy(Node.CONFIGURATION, new SplittableRandom(2))
                  .dueAt(session, Wanted.ANY_GOOD))
          .isEqualTo(policy.dueAt(session, Wanted.ANY_GOOD));
    }
    assertThat(due).hasSizeGreaterThan(5);
  }

  @Test
  void a_token_without_an_end_is_never_due() {
    Session endless = session("id", 0, Optional.empty(), Duration.ZERO, true, idle().renewal());
    assertThat(at(endless, START.plus(Duration.ofDays(1000)))).isEqualTo(Verdict.USE);
    assertThat(policy.decide(endless, Wanted.newerThan(0), START)).isEqualTo(Verdict.REFRESH);
  }

  @Test
  void without_a_refresh_token_a_token_is_used_to_its_last_instant() {
    Session session = session("id", 0, Optional.of(EXPIRY), LIFE, false, idle().renewal());
    assertThat(at(session, EXPIRY.minusNanos(1))).isEqualTo(Verdict.USE);
    assertThat(policy.decide(session, Wanted.newerThan(0), EXPIRY.minusNanos(1)))
        .isEqualTo(Verdict.USE);
    assertThat(session.isLiveAt(EXPIRY.minusNanos(1))).isTrue();
    assertThat(session.isLiveAt(EXPIRY)).isFalse();
  }

  @Test
  void while_somebody_is_at_it_the_old_token_is_used_and_without_one_we_wait() {
    Instant leaseEnd = EXPIRY.plusSeconds(20);
    Session session = session(renewal(RefreshState.REFRESHING, leaseEnd, NEVER));
    assertThat(at(session, EXPIRY.minusNanos(1))).isEqualTo(Verdict.USE);
    assertThat(at(session, EXPIRY)).isEqualTo(Verdict.WAIT);
    assertThat(at(session, leaseEnd.minusNanos(1))).isEqualTo(Verdict.WAIT);
    assertThat(at(session, leaseEnd)).isEqualTo(Verdict.CALL_OFF);
  }

  @Test
  void a_lease_that_ran_out_is_left_alone_while_the_old_token_is_good() {
    Session session = session(renewal(RefreshState.REFRESHING, START, NEVER));
    assertThat(at(session, EXPIRY.minusNanos(1))).isEqualTo(Verdict.USE);
  }

  @Test
  void a_token_that_may_be_spent_is_not_sent_again_before_the_access_token_has_run_out() {
    Session session = session(renewal(RefreshState.UNCERTAIN, NEVER, START));
    assertThat(at(session, EXPIRY.minusNanos(1))).isEqualTo(Verdict.USE);
    assertThat(at(session, EXPIRY)).isEqualTo(Verdict.REFRESH);
  }

  @Test
  void not_even_because_the_user_asks_but_where_a_resource_refused_the_access_token() {
    Session session = session(renewal(RefreshState.UNCERTAIN, NEVER, START));
    Instant last = EXPIRY.minusNanos(1);
    assertThat(policy.decide(session, Wanted.newerThan(0), last)).isEqualTo(Verdict.BACK_OFF);
    assertThat(policy.decide(session, Wanted.newerThan(0), EXPIRY)).isEqualTo(Verdict.REFRESH);
    assertThat(policy.decide(session, Wanted.insteadOf(0), last)).isEqualTo(Verdict.REFRESH);
  }

  @Test
  void an_owner_called_off_has_until_the_instant_its_mercy_ends() {
    Instant mercy = EXPIRY.plusSeconds(2);
    Session session = session(renewal(RefreshState.UNCERTAIN, mercy, NEVER));
    assertThat(at(session, mercy.minusNanos(1))).isEqualTo(Verdict.WAIT);
    assertThat(at(session, mercy)).isEqualTo(Verdict.REFRESH);
  }

  @Test
  void during_back_off_the_old_token_is_used_and_without_one_nobody_tries() {
    Instant end = EXPIRY.plusSeconds(5);
    for (RefreshState state : Set.of(RefreshState.IDLE, RefreshState.UNCERTAIN)) {
      Session session = session(renewal(state, NEVER, end));
      assertThat(at(session, EXPIRY.minusNanos(1))).isEqualTo(Verdict.USE);
      assertThat(at(session, EXPIRY)).isEqualTo(Verdict.BACK_OFF);
      assertThat(at(session, end.minusNanos(1))).isEqualTo(Verdict.BACK_OFF);
      assertThat(at(session, end)).isEqualTo(Verdict.REFRESH);
    }
  }

  @Test
  void who_wants_a_newer_token_gets_one_although_the_old_is_good() {
    assertThat(policy.decide(idle(), Wanted.newerThan(0), START)).isEqualTo(Verdict.REFRESH);
    assertThat(
            policy.decide(
                session("id", 1, Optional.of(EXPIRY), LIFE, true, idle().renewal()),
                Wanted.newerThan(0),
                START))
        .isEqualTo(Verdict.USE);
    assertThat(
            policy.decide(
                session(renewal(RefreshState.REFRESHING, EXPIRY, NEVER)),
                Wanted.newerThan(0),
                START))
        .isEqualTo(Verdict.WAIT);
    assertThat(
            policy.decide(
                session(renewal(RefreshState.IDLE, NEVER, EXPIRY)), Wanted.newerThan(0), START))
        .isEqualTo(Verdict.BACK_OFF);
  }

  @Test
  void back_off_grows_to_a_bound_with_jitter_on_top() {
    Duration[] least = {
      Duration.ofSeconds(1),
      Duration.ofSeconds(2),
      Duration.ofSeconds(4),
      Duration.ofSeconds(8),
      Duration.ofSeconds(16),
      Duration.ofSeconds(30),
      Duration.ofSeconds(30)
    };
    for (int i = 0; i < least.length; i++) {
      Set<Duration> drawn = new HashSet<>();
      for (int n = 0; n < 200; n++) {
        Duration backOff = policy.backOff(i + 1, Duration.ZERO);
        assertThat(backOff).isBetween(least[i], least[i].multipliedBy(6).dividedBy(5));
        drawn.add(backOff);
      }
      assertThat(drawn).hasSizeGreaterThan(20);
    }
    assertThat(policy.backOff(Integer.MAX_VALUE, Duration.ZERO))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(36));
  }

  @Test
  void a_provider_that_asks_for_more_time_gets_it() {
    assertThat(policy.backOff(1, Duration.ofSeconds(120)))
        .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(144));
    assertThat(policy.backOff(7, Duration.ofHours(1)))
        .isBetween(Duration.ofHours(1), Duration.ofMinutes(72));
  }
}
