package io.gatehouse.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine must do, to the letter, with the same SQL. */
abstract class SessionTableContract {
  static final Duration LEASE = Duration.ofSeconds(30);
  static final Duration MERCY = Duration.ofSeconds(1);
  static final Duration RECEIPT = Duration.ofHours(1);
  static final Duration IDLE = Duration.ofMinutes(30);

  TestDatabase database;
  SessionTable sessions;
  LeaseTable leases;
  OnceTable once;

  abstract TestDatabase open() throws SQLException;

  @BeforeEach
  void start() throws SQLException {
    database = open();
    sessions = new SessionTable(database.database());
    leases = new LeaseTable(database.database());
    once = new OnceTable(database.database());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  Instant now() {
    return database.clock().instant();
  }

  SessionRow row(String id) {
    return row(id, "acme", "subject", Optional.of("sid"));
  }

  SessionRow row(String id, String provider, String subject, Optional<String> sid) {
    return new SessionRow(
        id,
        "handle-" + id,
        provider,
        subject,
        sid,
        now(),
        now(),
        now().plus(IDLE),
        now().plus(Duration.ofDays(7)),
        now().plus(Duration.ofDays(2)),
        Optional.of(now().plusSeconds(300)),
        0,
        RefreshState.IDLE,
        Instant.EPOCH,
        0,
        Instant.EPOCH,
        payload(id));
  }

  /** As many of them as there may be, and begun just now. */
  Displaced insert(SessionRow row, Optional<String> replaced) {
    return sessions.insert(fresh(row, replaced, 1_000, now())).orElseThrow();
  }

  /** Known to logouts by its subject, its sid, and both. */
  static NewSession fresh(SessionRow row, Optional<String> replaced, int limit, Instant since) {
    Map<String, Instant> names = new HashMap<>();
    names.put(subjectName(row.provider(), row.subjectIndex()), since);
    row.sidIndex().ifPresent(sid -> names.put(sidName(row.provider(), sid), since));
    return new NewSession(
        row, "browser of " + row.idHash(), replaced, List.of(row.subjectIndex()), limit, names);
  }

  static String subjectName(String provider, String subject) {
    return provider + " sub " + subject;
  }

  static String sidName(String provider, String sid) {
    return provider + " sid " + sid;
  }

  List<SessionRow> logOutSubject(String provider, String subject) {
    return sessions.logOut(
        new LogoutTarget(
            provider,
            List.of(subjectName(provider, subject)),
            List.of(subject),
            List.of(),
            Optional.empty()),
        RECEIPT);
  }

  List<SessionRow> logOutSid(String provider, String sid) {
    return sessions.logOut(
        new LogoutTarget(
            provider, List.of(sidName(provider, sid)), List.of(), List.of(sid), Optional.empty()),
        RECEIPT);
  }

  static Sealed payload(String text) {
    return new Sealed("key", "nonce".getBytes(UTF_8), text.getBytes(UTF_8));
  }

  boolean commit(String id, long generation, String owner, String payload) {
    return leases.commit(renewed(id, generation, payload), owner);
  }

  /** The row as it should be after a refresh of this generation. */
  SessionRow renewed(String id, long generation, String payload) {
    SessionRow r = row(id);
    return new SessionRow(
        r.idHash(),
        r.handle(),
        r.provider(),
        "new-subject",
        Optional.of("new-sid"),
        r.createdAt(),
        r.lastUsedAt(),
        r.idleExpiresAt(),
        r.absoluteExpiresAt(),
        now().plus(Duration.ofDays(3)),
        Optional.of(now().plusSeconds(600)),
        generation + 1,
        RefreshState.IDLE,
        Instant.EPOCH,
        0,
        Instant.EPOCH,
        payload(payload));
  }

  String payloadOf(String id) {
    return new String(sessions.find(id).orElseThrow().payload().ciphertext(), UTF_8);
  }

  // ------------------------------------------------------------------ rows

  @Test
  void a_row_comes_back_as_it_was_stored() {
    SessionRow row = row("a");
    insert(row, Optional.empty());
    assertThat(sessions.find("a").orElseThrow()).usingRecursiveComparison().isEqualTo(row);
  }

  @Test
  void absent_values_come_back_absent() {
    SessionRow r = row("a", "acme", "subject", Optional.empty());
    SessionRow row =
        new SessionRow(
            r.idHash(),
            r.handle(),
            r.provider(),
            r.subjectIndex(),
            Optional.empty(),
            r.createdAt(),
            r.lastUsedAt(),
            r.idleExpiresAt(),
            r.absoluteExpiresAt(),
            r.endsAt(),
            Optional.empty(),
            0,
            RefreshState.IDLE,
            Instant.EPOCH,
            0,
            Instant.EPOCH,
            r.payload());
    insert(row, Optional.empty());
    assertThat(sessions.find("a").orElseThrow().sidIndex()).isEmpty();
    assertThat(sessions.find("a").orElseThrow().accessTokenExpiresAt()).isEmpty();
  }

  @Test
  void an_unknown_id_is_no_session() {
    assertThat(sessions.find("nobody")).isEmpty();
  }

  @Test
  void a_session_ends_at_the_instant_of_its_idle_end() {
    insert(row("a"), Optional.empty());
    database.advance(IDLE.minusMillis(1));
    assertThat(sessions.find("a")).isPresent();
    database.advance(Duration.ofMillis(1));
    assertThat(sessions.find("a")).isEmpty();
    assertThat(sessions.touch("a", IDLE, Duration.ZERO)).isFalse();
    assertThat(sessions.listBySubject("acme", List.of("subject"))).isEmpty();
  }

  @Test
  void a_session_in_use_ends_at_the_instant_of_its_fixed_end() {
    SessionRow row = row("a");
    insert(row, Optional.empty());
    while (now().plus(IDLE).isBefore(row.endsAt())) {
      database.advance(IDLE.minusMillis(1));
      assertThat(sessions.touch("a", IDLE, Duration.ofMinutes(1))).isTrue();
    }
    database.set(row.endsAt().minusMillis(1));
    assertThat(sessions.find("a")).isPresent();
    database.set(row.endsAt());
    assertThat(sessions.find("a")).isEmpty();
  }

  @Test
  void touching_extends_the_idle_time_but_seldom() {
    insert(row("a"), Optional.empty());
    database.advance(Duration.ofSeconds(59));
    assertThat(sessions.touch("a", IDLE, Duration.ofSeconds(60))).isFalse();
    database.advance(Duration.ofSeconds(1));
    assertThat(sessions.touch("a", IDLE, Duration.ofSeconds(60))).isTrue();
    SessionRow touched = sessions.find("a").orElseThrow();
    assertThat(touched.lastUsedAt()).isEqualTo(now());
    assertThat(touched.idleExpiresAt()).isEqualTo(now().plus(IDLE));
  }

  @Test
  void a_new_session_replaces_the_old_one_in_one_step() {
    insert(row("old"), Optional.empty());
    insert(row("new"), Optional.of("old"));
    assertThat(sessions.find("old")).isEmpty();
    assertThat(sessions.find("new")).isPresent();
  }

  @Test
  void a_new_session_that_cannot_be_stored_leaves_the_old_one_alone() {
    insert(row("old"), Optional.empty());
    insert(row("taken"), Optional.empty());
    NewSession again = fresh(row("taken"), Optional.of("old"), 1_000, now());
    NewSession ofAnotherBrowser =
        new NewSession(
            again.row(),
            "another browser",
            again.replacedIdHash(),
            again.subjectIndexes(),
            again.limit(),
            again.underWaySince());
    assertThatThrownBy(() -> sessions.insert(ofAnotherBrowser))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(sessions.find("old")).isPresent();
  }

  @Test
  void deleting_gives_the_row_to_exactly_one_of_many() {
    insert(row("a"), Optional.empty());
    AtomicInteger got = new AtomicInteger();
    AtOnce.run(16, i -> sessions.delete("a").ifPresent(row -> got.incrementAndGet()));
    assertThat(got).hasValue(1);
    assertThat(sessions.find("a")).isEmpty();
  }

  @Test
  void a_session_that_is_over_can_still_be_taken_to_revoke_its_tokens() {
    insert(row("a"), Optional.empty());
    database.advance(Duration.ofDays(30));
    assertThat(sessions.delete("a")).isPresent();
  }

  @Test
  void sessions_of_a_subject_are_those_of_that_provider_only() {
    insert(row("a", "acme", "alice", Optional.empty()), Optional.empty());
    insert(row("b", "acme", "bob", Optional.empty()), Optional.empty());
    insert(row("c", "other", "alice", Optional.empty()), Optional.empty());
    insert(row("d", "acme", "alice", Optional.empty()), Optional.empty());
    assertThat(sessions.listBySubject("acme", List.of("alice")))
        .extracting(SessionRow::idHash)
        .containsExactly("a", "d");
    assertThat(logOutSubject("acme", "alice"))
        .extracting(SessionRow::idHash)
        .containsExactly("a", "d");
    assertThat(sessions.find("b")).isPresent();
    assertThat(sessions.find("c")).isPresent();
  }

  @Test
  void the_session_used_last_is_listed_first() {
    insert(row("a"), Optional.empty());
    insert(row("b"), Optional.empty());
    database.advance(Duration.ofMinutes(2));
    sessions.touch("b", IDLE, Duration.ofMinutes(1));
    assertThat(sessions.listBySubject("acme", List.of("subject")))
        .extracting(SessionRow::idHash)
        .containsExactly("b", "a");
  }

  @Test
  void a_sid_means_nothing_at_another_provider() {
    insert(row("a", "acme", "alice", Optional.of("s")), Optional.empty());
    insert(row("b", "other", "alice", Optional.of("s")), Optional.empty());
    insert(row("c", "acme", "alice", Optional.of("t")), Optional.empty());
    assertThat(logOutSid("acme", "s")).extracting(SessionRow::idHash).containsExactly("a");
    assertThat(sessions.find("b")).isPresent();
    assertThat(sessions.find("c")).isPresent();
  }

  @Test
  void a_handle_ends_only_a_session_of_its_owner() {
    insert(row("a", "acme", "alice", Optional.empty()), Optional.empty());
    assertThat(sessions.deleteByHandle("acme", List.of("bob"), "handle-a")).isEmpty();
    assertThat(sessions.deleteByHandle("other", List.of("alice"), "handle-a")).isEmpty();
    assertThat(sessions.find("a")).isPresent();
    assertThat(sessions.deleteByHandle("acme", List.of("alice"), "handle-a")).isPresent();
    assertThat(sessions.find("a")).isEmpty();
  }

  @Test
  void purging_removes_only_what_is_over_and_never_more_than_asked() {
    for (int i = 0; i < 5; i++) {
      insert(row("idle" + i), Optional.empty());
    }
    insert(row("used"), Optional.empty());
    database.advance(IDLE.minusMillis(1));
    sessions.touch("used", Duration.ofHours(5), Duration.ofMinutes(1));
    assertThat(sessions.purge(100, Duration.ofMinutes(30))).isZero();
    database.advance(Duration.ofHours(1));
    assertThat(sessions.purge(3, Duration.ofMinutes(30))).isEqualTo(3);
    assertThat(sessions.purge(100, Duration.ofMinutes(30))).isEqualTo(2);
    assertThat(sessions.find("used")).isPresent();
  }

  @Test
  void purging_never_takes_a_live_session_whatever_its_times() {
    for (int i = 0; i < 200; i++) {
      SessionRow r = row("s" + i);
      Instant idle = now().plusMillis(60_000L * i + i);
      insert(
          new SessionRow(
              r.idHash(),
              r.handle(),
              r.provider(),
              r.subjectIndex(),
              r.sidIndex(),
              r.createdAt(),
              r.lastUsedAt(),
              idle,
              r.absoluteExpiresAt(),
              r.endsAt(),
              r.accessTokenExpiresAt(),
              0,
              RefreshState.IDLE,
              Instant.EPOCH,
              0,
              Instant.EPOCH,
              r.payload()),
          Optional.empty());
    }
    for (int step = 0; step < 30; step++) {
      database.advance(Duration.ofMinutes(10).plusMillis(7));
      int live = sessions.listBySubject("acme", List.of("subject")).size();
      sessions.purge(1000, Duration.ofMinutes(30));
      assertThat(sessions.listBySubject("acme", List.of("subject"))).hasSize(live);
    }
  }

  // ----------------------------------------------------------------- lease

  @Test
  void exactly_one_of_many_gets_the_lease() {
    insert(row("a"), Optional.empty());
    AtomicInteger won = new AtomicInteger();
    AtOnce.run(
        16,
        i -> {
          if (new LeaseTable(database.database()).acquire("a", 0, "owner" + i, LEASE)) {
            won.incrementAndGet();
          }
        });
    assertThat(won).hasValue(1);
    SessionRow row = sessions.find("a").orElseThrow();
    assertThat(row.refreshState()).isEqualTo(RefreshState.REFRESHING);
    assertThat(row.leaseExpiresAt()).isEqualTo(now().plus(LEASE));
    assertThat(row.attempts()).isEqualTo(1);
  }

  @Test
  void a_lease_is_its_owners_until_it_is_called_off() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    assertThat(leases.isHeldBy("a", "me")).isTrue();
    assertThat(leases.isHeldBy("a", "another")).isFalse();
    database.advance(LEASE);
    assertThat(leases.callOff("a", 0, LEASE)).isTrue();
    assertThat(leases.isHeldBy("a", "me")).isFalse();
  }

  @Test
  void a_lease_is_for_the_tokens_it_was_asked_for() {
    insert(row("a"), Optional.empty());
    assertThat(leases.acquire("a", 1, "me", LEASE)).isFalse();
    assertThat(leases.acquire("a", 0, "me", LEASE)).isTrue();
    assertThat(commit("a", 0, "me", "new")).isTrue();
    assertThat(leases.acquire("a", 0, "me", LEASE)).isFalse();
  }

  @Test
  void a_session_that_is_over_is_not_refreshed() {
    insert(row("a"), Optional.empty());
    database.advance(IDLE);
    assertThat(leases.acquire("a", 0, "me", LEASE)).isFalse();
  }

  @Test
  void a_commit_moves_the_generation_and_clears_the_lease() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    assertThat(commit("a", 0, "me", "new")).isTrue();
    SessionRow row = sessions.find("a").orElseThrow();
    assertThat(row.generation()).isEqualTo(1);
    assertThat(row.refreshState()).isEqualTo(RefreshState.IDLE);
    assertThat(row.attempts()).isZero();
    assertThat(row.endsAt()).isEqualTo(now().plus(Duration.ofDays(3)));
    assertThat(row.accessTokenExpiresAt()).contains(now().plusSeconds(600));
    assertThat(row.subjectIndex()).isEqualTo("new-subject");
    assertThat(row.sidIndex()).contains("new-sid");
    assertThat(payloadOf("a")).isEqualTo("new");
    assertThat(commit("a", 0, "me", "again")).isFalse();
    assertThat(payloadOf("a")).isEqualTo("new");
  }

  @Test
  void a_lease_is_not_taken_from_its_owner_before_it_runs_out() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "slow", LEASE);
    database.advance(LEASE.minusMillis(1));
    assertThat(leases.callOff("a", 0, MERCY)).isFalse();
    assertThat(leases.acquire("a", 0, "other", LEASE)).isFalse();
    assertThat(commit("a", 0, "slow", "new")).isTrue();
  }

  @Test
  void a_lease_that_ran_out_is_called_off_and_only_then_taken() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "slow", LEASE);
    database.advance(LEASE);
    assertThat(leases.acquire("a", 0, "other", LEASE)).isFalse();
    assertThat(leases.callOff("a", 0, MERCY)).isTrue();
    assertThat(leases.callOff("a", 0, MERCY)).isFalse();
    assertThat(leases.acquire("a", 0, "other", LEASE)).isFalse();
    database.advance(MERCY);
    assertThat(leases.acquire("a", 0, "other", LEASE)).isTrue();
    assertThat(sessions.find("a").orElseThrow().attempts()).isEqualTo(2);
    assertThat(commit("a", 0, "slow", "late")).isFalse();
    assertThat(commit("a", 0, "other", "new")).isTrue();
  }

  @Test
  void an_owner_called_off_may_still_commit_until_another_takes_over() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "slow", LEASE);
    database.advance(LEASE);
    leases.callOff("a", 0, MERCY);
    assertThat(commit("a", 0, "slow", "late but good")).isTrue();
    database.advance(MERCY);
    assertThat(leases.acquire("a", 0, "other", LEASE)).isFalse();
    assertThat(payloadOf("a")).isEqualTo("late but good");
  }

  @Test
  void back_off_holds_everybody_back_until_its_instant() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    assertThat(leases.release("a", 0, "me", RefreshState.IDLE, Duration.ofSeconds(5))).isTrue();
    database.advance(Duration.ofMillis(4999));
    assertThat(leases.acquire("a", 0, "me", LEASE)).isFalse();
    database.advance(Duration.ofMillis(1));
    assertThat(leases.acquire("a", 0, "me", LEASE)).isTrue();
  }

  @Test
  void what_is_known_of_the_refresh_token_is_kept() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    leases.release("a", 0, "me", RefreshState.UNCERTAIN, Duration.ZERO);
    assertThat(sessions.find("a").orElseThrow().refreshState()).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(leases.acquire("a", 0, "me again", LEASE)).isTrue();
  }

  @Test
  void only_the_owner_releases_commits_or_deletes() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    assertThat(leases.release("a", 0, "you", RefreshState.IDLE, Duration.ZERO)).isFalse();
    assertThat(commit("a", 0, "you", "foreign")).isFalse();
    assertThat(leases.delete("a", 0, "you")).isFalse();
    assertThat(leases.delete("a", 1, "me")).isFalse();
    assertThat(leases.delete("a", 0, "me")).isTrue();
    assertThat(sessions.find("a")).isEmpty();
  }

  @Test
  void logout_wins_over_a_running_refresh() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    assertThat(sessions.delete("a")).isPresent();
    assertThat(commit("a", 0, "me", "resurrected")).isFalse();
    assertThat(sessions.find("a")).isEmpty();
  }

  @Test
  void a_commit_never_revives_a_session_that_nobody_used_in_time() {
    insert(row("a"), Optional.empty());
    leases.acquire("a", 0, "me", LEASE);
    database.advance(IDLE);
    assertThat(commit("a", 0, "me", "resurrected")).isFalse();
  }

  @Test
  void a_commit_never_revives_a_session_whose_refresh_token_has_run_out() {
    insert(row("a"), Optional.empty());
    insert(row("b"), Optional.empty());
    long end = now().plusSeconds(60).toEpochMilli();
    database.execute("UPDATE gatehouse_session SET ends_at = " + end);
    leases.acquire("a", 0, "me", LEASE);
    leases.acquire("b", 0, "me", LEASE);
    database.advance(Duration.ofMillis(59_999));
    assertThat(commit("a", 0, "me", "in time")).isTrue();
    database.advance(Duration.ofMillis(1));
    assertThat(commit("b", 0, "me", "resurrected")).isFalse();
    assertThat(sessions.find("a")).isPresent();
    assertThat(sessions.find("b")).isEmpty();
  }

  @Test
  void no_refresh_is_lost_and_none_happens_twice_under_contention() {
    insert(row("a"), Optional.empty());
    AtomicInteger committed = new AtomicInteger();
    AtOnce.run(
        8,
        i -> {
          LeaseTable node = new LeaseTable(database.database());
          SessionTable reader = new SessionTable(database.database());
          for (int n = 0; n < 50; n++) {
            long seen = reader.find("a").orElseThrow().generation();
            String owner = i + "-" + n;
            if (node.acquire("a", seen, owner, LEASE)) {
              assertThat(node.commit(renewed("a", seen, owner), owner)).isTrue();
              committed.incrementAndGet();
            }
          }
        });
    assertThat(committed.get()).isPositive();
    assertThat(sessions.find("a").orElseThrow().generation()).isEqualTo(committed.get());
  }

  @Test
  void whoever_ends_a_session_gets_the_tokens_it_ended_with() {
    for (int round = 0; round < 20; round++) {
      String id = "a" + round;
      insert(row(id), Optional.empty());
      leases.acquire(id, 0, "me", LEASE);
      List<Object> results = new java.util.concurrent.CopyOnWriteArrayList<>();
      AtOnce.run(
          2,
          i ->
              results.add(
                  i == 0
                      ? commit(id, 0, "me", "new")
                      : new String(
                          sessions.delete(id).orElseThrow().payload().ciphertext(), UTF_8)));
      boolean committed = results.contains(true);
      assertThat(results).contains(committed ? "new" : id);
      assertThat(sessions.find(id)).isEmpty();
    }
  }

  // ------------------------------------------------------------------ once

  @Test
  void once_means_exactly_one_of_many() {
    AtomicInteger first = new AtomicInteger();
    AtOnce.run(
        16,
        i -> {
          if (once.insert("state", "abc", Duration.ofHours(1))) {
            first.incrementAndGet();
          }
        });
    assertThat(first).hasValue(1);
    assertThat(once.contains("state", "abc")).isTrue();
  }

  @Test
  void once_is_over_at_the_instant_it_was_kept_for() {
    assertThat(once.insert("state", "abc", Duration.ofHours(1))).isTrue();
    database.advance(Duration.ofHours(1).minusMillis(1));
    assertThat(once.contains("state", "abc")).isTrue();
    assertThat(once.insert("state", "abc", Duration.ofHours(1))).isFalse();
    database.advance(Duration.ofMillis(1));
    assertThat(once.contains("state", "abc")).isFalse();
    assertThat(once.insert("state", "abc", Duration.ofHours(1))).isTrue();
  }

  @Test
  void purposes_never_meet() {
    once.insert("state", "abc", Duration.ofHours(1));
    assertThat(once.contains("jti", "abc")).isFalse();
    assertThat(once.insert("jti", "abc", Duration.ofHours(1))).isTrue();
    once.remove("state", "abc");
    assertThat(once.contains("state", "abc")).isFalse();
    assertThat(once.contains("jti", "abc")).isTrue();
  }

  @Test
  void purging_once_records_spares_those_that_still_hold() {
    once.insert("state", "short", Duration.ofMinutes(1));
    once.insert("state", "short too", Duration.ofMinutes(1));
    once.insert("state", "long", Duration.ofHours(1));
    database.advance(Duration.ofMinutes(1));
    assertThat(once.purge(1)).isEqualTo(1);
    assertThat(once.purge(10)).isEqualTo(1);
    assertThat(once.contains("state", "long")).isTrue();
  }

  @Test
  void purging_keeps_within_the_time_of_a_statement_in_a_large_table() {
    database.execute(
        "INSERT INTO gatehouse_once (purpose, key_hash, expires_at) VALUES "
            + IntStream.range(0, 5000)
                .mapToObj(i -> "('state', 'over" + i + "', 0)")
                .collect(Collectors.joining(", ")));
    once.insert("state", "holds", Duration.ofHours(1));
    for (int i = 0; i < 10; i++) {
      assertThat(once.purge(500)).isEqualTo(500);
    }
    assertThat(once.purge(500)).isZero();
    assertThat(once.contains("state", "holds")).isTrue();
  }

  @Test
  void nodes_that_purge_at_once_remove_each_row_once() {
    for (int i = 0; i < 60; i++) {
      insert(row("s" + i), Optional.empty());
    }
    database.advance(IDLE.plusHours(1));
    AtomicInteger removed = new AtomicInteger();
    AtOnce.run(
        6,
        i ->
            removed.addAndGet(
                new SessionTable(database.database()).purge(50, Duration.ofMinutes(30))));
    for (int rest = sessions.purge(50, Duration.ofMinutes(30));
        rest > 0;
        rest = sessions.purge(50, Duration.ofMinutes(30))) {
      removed.addAndGet(rest);
    }
    assertThat(removed).hasValue(60);
  }

  // ---------------------------------------------------------------- schema

  @Test
  void nodes_that_start_together_create_the_tables_once() {
    database.execute(
        "DROP TABLE gatehouse_schema, gatehouse_session, gatehouse_once, gatehouse_logout,"
            + " gatehouse_presence");
    AtOnce.run(6, i -> new Schema(database.database()).create());
    new Schema(database.database()).create();
    new Schema(database.database()).verify();
    insert(row("a"), Optional.empty());
    assertThat(sessions.find("a")).isPresent();
  }

  @Test
  void missing_tables_are_named_with_the_remedy() {
    database.execute("DROP TABLE gatehouse_schema");
    assertThatThrownBy(() -> new Schema(database.database()).verify())
        .hasMessageContaining("schema version 0")
        .hasMessageContaining("jdbc-create-schema");
  }

  @Test
  void a_newer_schema_is_welcome() {
    database.execute("INSERT INTO gatehouse_schema (version) VALUES (99)");
    new Schema(database.database()).create();
    new Schema(database.database()).verify();
  }

  // ------------------------------------------------------------------ time

  @Test
  void the_clock_follows_the_database_and_not_the_node() {
    DatabaseClock clock =
        new DatabaseClock(java.time.Clock.offset(java.time.Clock.systemUTC(), Duration.ofHours(3)));
    Database real = new Database(database.dataSource(), Optional.empty(), Optional.empty(), clock);
    assertThat(Duration.between(Instant.now(), clock.instant())).isGreaterThan(Duration.ofHours(2));
    assertThat(real.usable()).isTrue();
    assertThat(Duration.between(Instant.now(), clock.instant()).abs())
        .isLessThan(Duration.ofSeconds(2));
  }
}
