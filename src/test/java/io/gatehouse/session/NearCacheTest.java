package io.gatehouse.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.TestDatabase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one database, and how long one may believe what it read. */
class NearCacheTest {
  private static final Duration MAX_AGE = Duration.ofSeconds(1);

  private final TestDatabase database = TestDatabase.h2();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
  private final SessionStore here = node(MAX_AGE);
  private final SessionStore there = node(MAX_AGE);

  private SessionStore node(Duration maxAge) {
    return TestSessions.node(
        database.database(), TestSessions.sealer(), maxAge, database.clock(), nanos::get);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private SessionId open() {
    return TestSessions.open(
        here,
        TestSessions.opening("alice", "sid", TestSessions.tokens(database.clock(), "at-1", "rt-1")),
        Optional.empty());
  }

  @Test
  void what_another_node_ended_is_believed_until_the_age_is_reached_and_not_longer() {
    SessionId id = open();
    assertThat(here.peek(id)).isPresent();
    there.end(id);
    nanos.addAndGet(MAX_AGE.toNanos() - 1);
    assertThat(here.peek(id)).isPresent();
    nanos.addAndGet(1);
    assertThat(here.peek(id)).isEmpty();
  }

  @Test
  void what_was_read_past_the_cache_is_what_the_cache_knows_from_then_on() {
    SessionId id = open();
    Session old = here.peek(id).orElseThrow();
    there.leases().acquire(old, "me", Duration.ofSeconds(30));
    there
        .leases()
        .replace(
            there
                .leases()
                .replacement(old.renewed(TestSessions.tokens(database.clock(), "at-2", "rt-2"))),
            "me");
    assertThat(here.reread(old.key()).orElseThrow().generation()).isEqualTo(1);
    assertThat(here.peek(id).orElseThrow().generation()).isEqualTo(1);
    there.end(id);
    assertThat(here.reread(old.key())).isEmpty();
    assertThat(here.peek(id)).isEmpty();
  }

  @Test
  void what_ended_here_is_gone_at_once() {
    SessionId id = open();
    assertThat(here.peek(id)).isPresent();
    here.end(id);
    assertThat(here.peek(id)).isEmpty();
  }

  @Test
  void what_was_replaced_here_is_gone_at_once() {
    SessionId old = open();
    assertThat(here.peek(old)).isPresent();
    TestSessions.open(
        here,
        TestSessions.opening("alice", "s", TestSessions.tokens(database.clock(), "a", "r")),
        Optional.of(SessionKey.of(old)));
    assertThat(here.peek(old)).isEmpty();
  }

  @Test
  void what_was_refreshed_here_is_seen_at_once() {
    SessionId id = open();
    Session seen = here.find(id).orElseThrow();
    here.leases().acquire(seen, "me", Duration.ofSeconds(30));
    here.leases()
        .replace(
            here.leases()
                .replacement(seen.renewed(TestSessions.tokens(database.clock(), "at-2", "rt-2"))),
            "me");
    assertThat(here.peek(id).orElseThrow().generation()).isEqualTo(1);
  }

  @Test
  void a_session_that_comes_to_its_end_while_cached_is_over_at_that_instant() {
    SessionId id = open();
    database.advance(TestSessions.IDLE.minusMillis(1));
    assertThat(here.peek(id)).isPresent();
    database.advance(Duration.ofMillis(1));
    assertThat(here.peek(id)).isEmpty();
  }

  @Test
  void a_session_that_another_node_used_meanwhile_is_not_over_for_what_is_cached() {
    SessionId id = open();
    database.advance(TestSessions.IDLE.minusMillis(500));
    assertThat(here.peek(id)).isPresent();
    assertThat(there.find(id)).isPresent();
    database.advance(Duration.ofMillis(500));
    assertThat(here.peek(id)).isPresent();
  }

  @Test
  void ended_by_subject_sid_or_handle_here_is_gone_at_once() {
    SessionId first = open();
    here.peek(first);
    here.endBySubject("acme", "alice");
    assertThat(here.peek(first)).isEmpty();
    SessionId second = open();
    here.peek(second);
    here.endBySid("acme", "sid");
    assertThat(here.peek(second)).isEmpty();
    SessionId third = open();
    String handle = here.peek(third).orElseThrow().handle();
    here.endByHandle("acme", "alice", handle);
    assertThat(here.peek(third)).isEmpty();
  }

  @Test
  void a_busy_session_costs_one_read_per_age() {
    Session session = here.peek(open()).orElseThrow();
    NearCache cache = new NearCache(MAX_AGE, nanos::get);
    AtomicInteger reads = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      cache.get(
          session.key(),
          () -> {
            reads.incrementAndGet();
            return Optional.of(session);
          });
      nanos.addAndGet(MAX_AGE.toNanos() / 50);
    }
    assertThat(reads).hasValue(2);
  }

  @Test
  void a_read_overtaken_by_a_change_is_neither_given_out_nor_kept() {
    Session session = here.peek(open()).orElseThrow();
    NearCache cache = new NearCache(MAX_AGE, nanos::get);
    AtomicInteger reads = new AtomicInteger();
    Optional<Session> got =
        cache.get(
            session.key(),
            () -> {
              if (reads.getAndIncrement() > 0) {
                return Optional.empty();
              }
              nanos.addAndGet(1000);
              // ended here, while the first read is still on its way with the old row
              cache.changed(session.key());
              return Optional.of(session);
            });
    assertThat(got).isEmpty();
    assertThat(cache.get(session.key(), Optional::empty)).isEmpty();
  }

  @Test
  void a_read_slower_than_the_age_is_not_kept_at_all() {
    Session session = here.peek(open()).orElseThrow();
    NearCache cache = new NearCache(MAX_AGE, nanos::get);
    cache.get(
        session.key(),
        () -> {
          nanos.addAndGet(MAX_AGE.toNanos());
          return Optional.of(session);
        });
    assertThat(cache.get(session.key(), Optional::empty)).isEmpty();
  }

  @Test
  void age_zero_turns_it_off() {
    SessionStore always = node(Duration.ZERO);
    SessionId id = open();
    assertThat(always.peek(id)).isPresent();
    there.end(id);
    assertThat(always.peek(id)).isEmpty();
  }
}
