package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.refresh.RefreshOutcome.SessionEnded;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.refresh.SimulatedProvider.Crash;
import io.gatehouse.refresh.SimulatedProvider.Fate;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.TestSessions;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every point at which a node can die, stall or lose its connection, one by one, against a provider
 * that revokes everything when a refresh token comes twice. The clock is the test's.
 */
class CrashPointsTest {
  private static final Duration LEASE = Node.CONFIGURATION.lease();
  private static final String ACQUIRE = "lease_owner = ?,";
  private static final Predicate<String> COMMIT = sql -> sql.contains("SET key_id");

  private final TestDatabase database = TestDatabase.h2();
  private final SimulatedProvider provider = new SimulatedProvider(database.clock());
  private final Node a = new Node(database, provider);
  private final Node b = new Node(database, provider);
  private final SessionId id = a.open(provider.signIn());

  @AfterEach
  void close() {
    database.close();
  }

  private void expire() {
    database.advance(TestSessions.LIFE);
  }

  /** Into the time in which the token is due and still good. */
  private void becomeDue() {
    database.advance(TestSessions.LIFE.minusSeconds(30));
  }

  private Session stored() {
    return a.sessions.reread(SessionKey.of(id)).orElseThrow();
  }

  private static Session fresh(RefreshOutcome outcome) {
    assertThat(outcome).isInstanceOf(Fresh.class);
    return ((Fresh) outcome).session();
  }

  private static Runnable once(Runnable action) {
    AtomicInteger left = new AtomicInteger(1);
    return () -> {
      if (left.getAndDecrement() > 0) {
        action.run();
      }
    };
  }

  private static void crash() {
    throw new Crash();
  }

  // ------------------------------------------------------------- no faults

  @Test
  void a_token_that_has_run_out_is_refreshed_once_and_stored() {
    expire();
    Session renewed = fresh(a.current(id));
    assertThat(renewed.tokens().accessToken().reveal()).isEqualTo("at-2");
    assertThat(stored()).isEqualTo(renewed);
    assertThat(fresh(b.current(id))).isEqualTo(renewed);
    assertThat(provider.requests()).isEqualTo(1);
  }

  @Test
  void a_token_that_is_not_due_is_used_as_it_is() {
    database.advance(TestSessions.LIFE.minusSeconds(61));
    fresh(a.current(id));
    assertThat(provider.requests()).isZero();
  }

  @Test
  void the_user_may_have_a_newer_token_at_any_time() {
    assertThat(fresh(a.refreshNow(id)).generation()).isEqualTo(1);
    assertThat(fresh(b.refreshNow(id)).generation()).isEqualTo(2);
    assertThat(provider.requests()).isEqualTo(2);
    assertThat(provider.reuses()).isZero();
  }

  // ------------------------------------------------------ before it is sent

  @Test
  void a_node_that_dies_before_sending_delays_its_session_and_loses_nothing() {
    expire();
    provider.beforeFence = once(CrashPointsTest::crash);
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(Crash.class);

    assertThat(b.current(id)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isZero();
    database.advance(LEASE);
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
  }

  @Test
  void a_node_that_dies_while_the_old_token_is_good_bothers_nobody() {
    becomeDue();
    provider.beforeFence = once(CrashPointsTest::crash);
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(Crash.class);
    assertThat(fresh(b.current(id)).generation()).isZero();
    database.advance(Duration.ofSeconds(29));
    assertThat(fresh(b.current(id)).generation()).isZero();
    database.advance(LEASE);
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void a_node_that_stalls_before_sending_does_not_send() {
    expire();
    provider.beforeFence = () -> database.advance(Duration.ofMillis(3001));
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isZero();
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.IDLE);
  }

  @Test
  void a_node_that_stalled_before_sending_tries_again_at_once_under_a_new_lease() {
    expire();
    provider.beforeFence = once(() -> database.advance(Duration.ofMillis(3001)));
    Instant began = database.clock().instant();
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(database.clock().instant()).isBefore(began.plusMillis(4000));
  }

  /**
   * Slow TLS holds each attempt up: the provider is not to be called again and again for nothing.
   */
  @Test
  void who_is_held_up_before_sending_each_time_leaves_the_provider_alone_for_longer_and_longer() {
    expire();
    AtomicInteger calls = new AtomicInteger();
    provider.beforeFence =
        () -> {
          calls.incrementAndGet();
          database.advance(Duration.ofMillis(3001));
        };
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    assertThat(calls).hasValue(2);
    assertThat(b.current(id)).isInstanceOf(Unavailable.class);
    assertThat(calls).as("at every node").hasValue(2);

    database.advance(Duration.ofSeconds(3));
    assertThat(b.current(id))
        .isInstanceOfSatisfying(
            Unavailable.class,
            longer ->
                assertThat(longer.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(4)));
    assertThat(calls).hasValue(3);
    assertThat(provider.requests()).isZero();

    provider.beforeFence = () -> {};
    database.advance(Duration.ofSeconds(5));
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void an_uncertain_token_stays_uncertain_behind_the_fence() {
    expire();
    provider.next(Fate.REQUEST_LOST);
    a.current(id);
    database.advance(Duration.ofSeconds(2));
    provider.beforeFence = () -> database.advance(Duration.ofMillis(3001));
    a.current(id);
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
  }

  @Test
  void a_stall_up_to_the_send_window_is_no_stall() {
    expire();
    provider.beforeFence = once(() -> database.advance(Duration.ofMillis(3000)));
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void a_lease_that_was_long_in_coming_is_not_used() {
    expire();
    // the lease runs from the database's update; its answer is held up on the way
    a.connection.loseAnswerOf(
        sql -> {
          if (sql.contains(ACQUIRE)) {
            database.advance(Duration.ofMillis(3001));
          }
          return false;
        });
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isZero();
  }

  @Test
  void a_stall_longer_than_the_lease_is_harmless() {
    expire();
    provider.beforeFence = stallWhileTheOtherNodeRefreshes();
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(provider.reuses()).isZero();
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  /** The control: what the fence is for. */
  @Test
  void without_the_fence_a_stall_longer_than_the_lease_loses_the_session() {
    expire();
    provider.fenceIsAsked = false;
    provider.beforeFence = stallWhileTheOtherNodeRefreshes();
    a.current(id);
    assertThat(provider.reuses()).isEqualTo(1);
    database.advance(TestSessions.LIFE);
    assertThat(b.current(id)).isInstanceOf(SessionEnded.class);
  }

  private Runnable stallWhileTheOtherNodeRefreshes() {
    return once(
        () -> {
          database.advance(LEASE);
          assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
        });
  }

  // ------------------------------------------------------- between send and commit

  @Test
  void a_node_that_dies_with_the_answer_costs_one_sign_in_of_that_one_session() {
    SessionId other = a.open(provider.signIn());
    expire();
    provider.afterProcessing = once(CrashPointsTest::crash);
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(Crash.class);

    database.advance(LEASE);
    assertThat(b.current(id)).isInstanceOf(SessionEnded.class);
    assertThat(b.events)
        .filteredOn(SecurityEvent.SessionEnded.class::isInstance)
        .extracting(event -> ((SecurityEvent.SessionEnded) event).reason())
        .containsExactly(SecurityEvent.EndReason.INVALID_GRANT);
    fresh(b.current(other));
  }

  @Test
  void a_node_that_dies_with_the_answer_costs_nothing_where_the_provider_has_grace() {
    provider.hasGrace = true;
    expire();
    provider.afterProcessing = once(CrashPointsTest::crash);
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(Crash.class);
    database.advance(LEASE);
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void an_answer_lost_on_the_way_is_uncertain_and_tried_again_under_a_new_lease() {
    provider.hasGrace = true;
    expire();
    provider.next(Fate.ANSWER_LOST);
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(b.current(id)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isEqualTo(1);
    database.advance(Duration.ofSeconds(2));
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(2);
  }

  @Test
  void an_uncertain_token_is_left_alone_while_the_old_access_token_is_good() {
    becomeDue();
    provider.next(Fate.REQUEST_LOST);
    assertThat(fresh(a.current(id)).generation()).isZero();
    database.advance(Duration.ofSeconds(29));
    assertThat(fresh(a.current(id)).generation()).isZero();
    assertThat(provider.requests()).isEqualTo(1);
    database.advance(Duration.ofSeconds(1));
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(provider.reuses()).isZero();
  }

  @Test
  void an_uncertain_token_is_not_spent_because_the_user_asks_for_a_newer_one() {
    becomeDue();
    provider.next(Fate.ANSWER_LOST);
    assertThat(fresh(a.current(id)).generation()).isZero();
    database.advance(Duration.ofSeconds(2));
    assertThat(a.refreshNow(id)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(fresh(a.current(id)).generation()).isZero();
  }

  @Test
  void an_uncertain_token_is_tried_when_a_resource_refuses_the_access_token() {
    becomeDue();
    provider.next(Fate.REQUEST_LOST);
    assertThat(fresh(a.current(id)).generation()).isZero();
    database.advance(Duration.ofSeconds(2));
    assertThat(fresh(a.refreshAfterRefusal(id, 0)).generation()).isEqualTo(1);
  }

  @Test
  void an_uncertain_token_stays_uncertain_when_the_next_request_is_not_even_sent() {
    expire();
    provider.next(Fate.REQUEST_LOST, Fate.NOT_SENT, Fate.REFUSED);
    for (int i = 0; i < 3; i++) {
      assertThat(a.current(id)).isInstanceOf(Unavailable.class);
      assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
      database.advance(Duration.ofSeconds(10));
    }
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(stored().renewal().attempts()).isZero();
  }

  @Test
  void an_answer_that_comes_after_another_took_over_is_dropped_and_revokes_nothing() {
    provider.rotates = false;
    expire();
    provider.afterProcessing =
        once(
            () -> {
              database.advance(LEASE);
              assertThat(fresh(b.current(id)).tokens().accessToken().reveal()).isEqualTo("at-3");
            });
    assertThat(fresh(a.current(id)).tokens().accessToken().reveal()).isEqualTo("at-3");
    assertThat(provider.revocations()).isEmpty();
  }

  @Test
  void invalid_grant_ends_nothing_when_another_node_has_refreshed_meanwhile() {
    expire();
    provider.hasGrace = true;
    provider.afterFence =
        once(
            () -> {
              database.advance(LEASE);
              assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
              provider.hasGrace = false;
            });
    // the strict answer to the token that came twice is for the old generation: no verdict
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(stored().generation()).isEqualTo(1);
  }

  @Test
  void invalid_grant_ends_the_session_when_nothing_has_changed() {
    expire();
    provider.revokeEverything();
    assertThat(a.current(id)).isInstanceOf(SessionEnded.class);
    assertThat(a.sessions.reread(SessionKey.of(id))).isEmpty();
    assertThat(b.current(id)).isInstanceOf(SessionEnded.class);
    assertThat(provider.requests()).isEqualTo(1);
  }

  // ---------------------------------------------------------------- commit

  @Test
  void a_commit_whose_answer_is_lost_is_recognized() {
    expire();
    a.connection.loseAnswerOf(COMMIT);
    a.whileWaiting = a.connection::mend;
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(stored().generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(provider.revocations()).isEmpty();
    assertThat(a.events)
        .filteredOn(SecurityEvent.TokenRefreshed.class::isInstance)
        .as("it is ours, and said so")
        .hasSize(1);
  }

  @Test
  void a_commit_is_tried_until_the_database_is_back_and_the_request_is_not() {
    expire();
    a.connection.failBefore(COMMIT);
    AtomicInteger pauses = new AtomicInteger();
    a.whileWaiting =
        () -> {
          if (pauses.incrementAndGet() == 40) {
            a.connection.mend();
          }
        };
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void an_outage_longer_than_the_lease_between_answer_and_commit_loses_nothing() {
    expire();
    provider.afterProcessing = once(() -> a.connection.down(true));
    AtomicInteger pauses = new AtomicInteger();
    a.whileWaiting =
        () -> {
          if (pauses.incrementAndGet() == 3) {
            database.advance(Duration.ofHours(1).minus(TestSessions.IDLE.dividedBy(2)));
          }
          if (pauses.get() == 4) {
            // The database is back, and the other node comes first. It calls the lease off, and in
            // the moment before it may take over, the owner of the good tokens stores them.
            a.connection.mend();
            keepAlive();
            assertThat(b.sessions.leases().callOff(stored(), SessionRefresher.MERCY)).isTrue();
            assertThat(b.sessions.leases().acquire(stored(), "b", LEASE)).isFalse();
          }
        };
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    assertThat(stored().generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);

    // the access token that was stored so late has run out since, the refresh token has not
    assertThat(fresh(b.current(id)).generation()).isEqualTo(2);
    assertThat(provider.reuses()).isZero();
  }

  @Test
  void an_owner_called_off_is_left_eight_seconds_to_store_what_it_may_have() {
    provider.hasGrace = true;
    expire();
    provider.afterProcessing = once(CrashPointsTest::crash);
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(Crash.class);
    database.advance(LEASE);
    Instant calledOffAt = database.clock().instant();
    b.whileWaiting =
        once(
            () -> {
              assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
              assertThat(stored().renewal().leaseExpiresAt()).isEqualTo(calledOffAt.plusSeconds(8));
            });
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
    assertThat(database.clock().instant()).isAfterOrEqualTo(calledOffAt.plusSeconds(8));
  }

  @Test
  void an_owner_whose_attempt_to_commit_hangs_still_stores_its_tokens_when_the_outage_is_over() {
    expire();
    AtomicInteger attempts = new AtomicInteger();
    a.connection.failBefore(
        sql -> {
          if (COMMIT.test(sql) && attempts.incrementAndGet() == 1) {
            database.advance(LEASE);
          } else if (COMMIT.test(sql) && attempts.get() == 2) {
            // two seconds for a connection, two for an answer that does not come; the database is
            // back meanwhile, and the other node looks for all of that time
            Instant over = database.clock().instant().plusSeconds(4);
            b.whileWaiting = () -> diesAt(over);
            assertThatThrownBy(() -> b.current(id)).isInstanceOf(Crash.class);
          }
          return COMMIT.test(sql) && attempts.get() <= 2;
        });
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(attempts).hasValue(3);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(provider.reuses()).isZero();
  }

  private void diesAt(Instant end) {
    if (!database.clock().instant().isBefore(end)) {
      crash();
    }
  }

  private void keepAlive() {
    database.execute(
        "UPDATE gatehouse_session SET idle_expires_at = "
            + database.clock().instant().plus(TestSessions.IDLE).toEpochMilli());
  }

  @Test
  void a_node_that_dies_after_the_commit_has_lost_nothing() {
    expire();
    a.connection.loseAnswerOf(COMMIT);
    a.whileWaiting = CrashPointsTest::crash;
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(Crash.class);
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
  }

  @Test
  void logout_wins_over_a_refresh_and_the_new_tokens_are_revoked() {
    expire();
    provider.afterProcessing =
        once(
            () ->
                assertThat(b.sessions.end(id).orElseThrow().tokens().refreshToken().orElseThrow())
                    .extracting(token -> token.reveal())
                    .isEqualTo("rt-1"));
    assertThat(a.current(id)).isInstanceOf(SessionEnded.class);
    assertThat(provider.revocations()).containsExactly("rt-2");
    assertThat(a.sessions.reread(SessionKey.of(id))).isEmpty();
  }

  @Test
  void logout_before_the_send_is_found_out_at_the_commit() {
    expire();
    provider.beforeFence = once(() -> b.sessions.endBySid("acme", "sid-1"));
    assertThat(a.current(id)).isInstanceOf(SessionEnded.class);
    assertThat(provider.revocations()).containsExactly("rt-2");
  }

  // --------------------------------------------------------------- outages

  @Test
  void a_store_that_is_down_is_a_matter_of_waiting() {
    expire();
    a.connection.down(true);
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(StoreUnavailable.class);
    a.connection.mend();
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void a_lease_whose_answer_is_lost_is_recognized() {
    expire();
    a.connection.loseAnswerOf(sql -> sql.contains(ACQUIRE));
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
  }

  @Test
  void a_lease_that_was_never_taken_is_not_believed_to_be() {
    expire();
    a.connection.failBefore(sql -> sql.contains(ACQUIRE));
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isZero();
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void the_lease_of_another_is_nobody_elses_whatever_answer_was_lost() {
    expire();
    a.connection.loseAnswerOf(
        sql -> {
          if (sql.contains(ACQUIRE)) {
            database.execute("UPDATE gatehouse_session SET lease_owner = 'another'");
          }
          return sql.contains(ACQUIRE);
        });
    a.current(id);
    assertThat(provider.requests()).isZero();
  }

  @Test
  void a_fault_of_ours_under_the_lease_keeps_nobody_waiting_for_its_end() {
    provider.hasGrace = true;
    expire();
    provider.afterProcessing =
        once(
            () -> {
              throw new IllegalStateException("a bug");
            });
    assertThatThrownBy(() -> a.current(id)).hasMessage("a bug");
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(b.current(id)).as("a bug comes again at once").isInstanceOf(Unavailable.class);
    database.advance(Duration.ofSeconds(2));
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void a_fault_of_ours_is_not_hidden_by_what_follows_from_it() {
    expire();
    provider.afterProcessing =
        once(
            () -> {
              a.connection.failBefore(
                  sql -> {
                    throw new IllegalStateException("another bug");
                  });
              throw new IllegalStateException("a bug");
            });
    assertThatThrownBy(() -> a.current(id))
        .hasMessage("a bug")
        .hasSuppressedException(new IllegalStateException("another bug"));
  }

  @Test
  void a_lease_whose_answer_was_lost_with_everything_after_it_runs_out_by_itself() {
    expire();
    a.connection.loseAnswerOf(sql -> sql.contains(ACQUIRE));
    a.connection.failBefore(sql -> sql.startsWith("SELECT 1 FROM gatehouse_session"));
    assertThatThrownBy(() -> a.current(id)).isInstanceOf(StoreUnavailable.class);
    a.connection.mend();
    assertThat(provider.requests()).isZero();
    database.advance(LEASE);
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void a_release_that_cannot_be_written_is_left_to_the_end_of_the_lease() {
    expire();
    provider.next(Fate.REFUSED);
    a.connection.failBefore(sql -> sql.contains("next_refresh_at = ("));
    assertThat(a.current(id)).isInstanceOf(Unavailable.class);
    a.connection.mend();
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.REFRESHING);
    database.advance(LEASE);
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void no_outage_of_the_provider_of_any_length_signs_anybody_out() {
    expire();
    for (Fate fate : new Fate[] {Fate.NOT_SENT, Fate.REFUSED, Fate.REQUEST_LOST}) {
      provider.always(fate);
      int before = provider.requests();
      for (Duration outage = Duration.ZERO;
          outage.compareTo(Duration.ofHours(5)) < 0;
          outage = outage.plusSeconds(20)) {
        assertThat((outage.toSeconds() % 40 == 0 ? a : b).current(id))
            .isInstanceOfSatisfying(
                Unavailable.class,
                unavailable ->
                    assertThat(unavailable.retryAfter())
                        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(40)));
        database.advance(Duration.ofSeconds(20));
      }
      assertThat(provider.requests() - before).as("no storm").isLessThanOrEqualTo(900);
    }
    provider.always(Fate.ANSWERED);
    database.advance(Duration.ofSeconds(40));
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
    assertThat(provider.reuses()).isZero();
  }

  @Test
  void after_an_error_the_refresh_token_is_as_good_as_before_and_tried_again_in_time() {
    becomeDue();
    for (Fate fate : new Fate[] {Fate.REFUSED, Fate.NOT_SENT}) {
      provider.next(fate);
      assertThat(fresh(a.current(id)).generation()).isZero();
      assertThat(stored().renewal().state()).isEqualTo(RefreshState.IDLE);
      database.advance(Duration.ofSeconds(8));
    }
    assertThat(fresh(a.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void the_providers_retry_after_is_honoured_by_all_nodes() {
    becomeDue();
    provider.retryAfter = Duration.ofSeconds(120);
    provider.next(Fate.REFUSED);
    assertThat(fresh(a.current(id)).generation()).isZero();
    database.advance(Duration.ofSeconds(31));
    assertThat(b.current(id))
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable ->
                assertThat(unavailable.retryAfter()).isGreaterThan(Duration.ofSeconds(80)));
    assertThat(provider.requests()).isEqualTo(1);
    database.advance(Duration.ofSeconds(120));
    assertThat(fresh(b.current(id)).generation()).isEqualTo(1);
  }

  @Test
  void a_session_whose_access_token_nothing_renews_ends_with_it() {
    SessionId bare =
        a.open(
            new io.gatehouse.session.Tokens(
                io.gatehouse.oauth.Secret.of("at"),
                java.util.Optional.of(database.clock().instant().plusSeconds(60)),
                Duration.ofSeconds(60),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                TestSessions.idToken("alice", java.util.Optional.empty()),
                java.util.Optional.empty(),
                java.util.Set.of()));
    assertThat(a.sessions.peek(bare).orElseThrow().expiresAt())
        .isEqualTo(database.clock().instant().plusSeconds(60));
    database.advance(Duration.ofMillis(59_999));
    fresh(a.current(bare));
    fresh(a.refreshAfterRefusal(bare, 0));
    database.advance(Duration.ofMillis(1));
    assertThat(a.sessions.peek(bare)).isEmpty();
    assertThat(a.sessions.reread(SessionKey.of(bare))).isEmpty();
    assertThat(a.current(bare)).isInstanceOf(SessionEnded.class);
  }
}
