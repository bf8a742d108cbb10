package io.gatehouse.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sign-ins that meet logouts, and sign-ins of one user that meet each other. Here a name is the
 * word itself.
 */
abstract class SignInAndOutContract {
  private static final Duration RECEIPT = Duration.ofHours(1);
  private static final int NO_LIMIT = 1_000;

  private TestDatabase database;
  private SessionTable sessions;

  abstract TestDatabase open() throws SQLException;

  /**
   * Whether somebody waits for another's transaction.
   *
   * @param hasBegun to lock, for engines that do not tell who waits
   */
  abstract boolean isWaiting(Database database, boolean hasBegun);

  @BeforeEach
  void start() throws SQLException {
    database = open();
    sessions = new SessionTable(database.database());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  // ------------------------------------------------- logouts and sign-ins

  @Test
  void a_logout_leaves_no_session_of_its_name() {
    signIn("a", "alice", "s1");
    signIn("b", "alice", "s2");
    signIn("c", "bob", "s3");

    assertThat(ids(sessions.logOut(bySid("s1"), RECEIPT))).containsExactly("a");
    assertThat(ids(sessions.logOut(bySubject("alice"), RECEIPT))).containsExactly("b");
    assertThat(ids(sessions.logOut(bySubject("alice"), RECEIPT))).isEmpty();
    assertThat(sessions.find("c")).isPresent();
  }

  @Test
  void a_logout_that_names_both_is_of_those_that_are_both() {
    signIn("a", "alice", "s1");
    signIn("b", "alice", "s2");

    assertThat(sessions.logOut(byBoth("bob", "s1"), RECEIPT)).isEmpty();
    assertThat(ids(sessions.logOut(byBoth("alice", "s1"), RECEIPT))).containsExactly("a");
    assertThat(sessions.find("b")).isPresent();
  }

  @Test
  void a_logout_may_spare_one_session() {
    signIn("a", "alice", "s1");
    signIn("b", "alice", "s2");
    LogoutTarget others =
        new LogoutTarget(
            "acme", List.of("alice"), List.of("alice"), List.of(), Optional.of("handle-a"));

    assertThat(ids(sessions.logOut(others, RECEIPT))).containsExactly("b");
    assertThat(sessions.find("a")).isPresent();
  }

  @Test
  void rows_written_under_any_key_are_found() {
    signIn("a", "alice under the old key", "s1");
    LogoutTarget alice =
        new LogoutTarget(
            "acme",
            List.of("alice under the old key", "alice under the new key"),
            List.of("alice under the old key", "alice under the new key"),
            List.of(),
            Optional.empty());

    assertThat(ids(sessions.logOut(alice, RECEIPT))).containsExactly("a");
    assertThat(insert("b", "alice under the new key", "s2", now())).isEmpty();
  }

  @Test
  void a_sign_in_under_way_at_a_logout_of_any_of_its_names_stores_nothing() {
    Instant since = now();
    for (LogoutTarget target : List.of(bySubject("a"), bySid("b"), byBoth("c", "c"))) {
      sessions.logOut(target, RECEIPT);
    }
    database.advance(Duration.ofMinutes(2));

    assertThat(insert("1", "a", "other", since)).isEmpty();
    assertThat(insert("2", "other", "b", since)).isEmpty();
    assertThat(insert("3", "c", "c", since)).isEmpty();
    assertThat(insert("4", "c", "another", since)).isPresent();
    for (String id : List.of("1", "2", "3")) {
      assertThat(sessions.find(id)).isEmpty();
    }
  }

  @Test
  void a_sign_in_is_under_way_at_the_very_instant_it_began_and_not_before() {
    sessions.logOut(bySubject("alice"), RECEIPT);

    assertThat(insert("a", "alice", "s1", now())).isEmpty();
    assertThat(insert("b", "alice", "s1", now().plusMillis(1))).isPresent();
  }

  @Test
  void the_latest_logout_counts() {
    Instant since = now().plusMillis(1);
    sessions.logOut(bySubject("alice"), RECEIPT);
    database.advance(Duration.ofSeconds(1));
    sessions.logOut(bySubject("alice"), RECEIPT);

    assertThat(insert("a", "alice", "s1", since)).isEmpty();
  }

  @Test
  void a_sign_in_that_is_refused_ends_nothing() {
    signIn("old", "bob", "s0");
    Instant since = now();
    sessions.logOut(bySubject("alice"), RECEIPT);

    assertThat(sessions.insert(fresh("new", "alice", "s1", Optional.of("old"), 1, since)))
        .isEmpty();
    assertThat(sessions.find("old")).isPresent();
  }

  @Test
  void a_logout_waits_for_a_sign_in_that_looked_for_its_receipt_before() {
    for (LogoutTarget target : List.of(bySubject("alice"), bySid("s1"), byBoth("alice", "s1"))) {
      Meanwhile<List<SessionRow>> logout =
          new Meanwhile<>("INSERT INTO gatehouse_session", other -> other.logOut(target, RECEIPT));
      NewSession fresh = fresh("a", "alice", "s1", Optional.empty(), NO_LIMIT, now());

      assertThat(logout.during().insert(fresh)).isPresent();
      assertThat(ids(logout.result())).containsExactly("a");
      assertThat(sessions.find("a")).isEmpty();
      database.advance(Duration.ofMillis(1));
    }
  }

  @Test
  void a_sign_in_waits_for_a_logout_that_has_begun() {
    for (LogoutTarget target : List.of(bySubject("alice"), bySid("s1"), byBoth("alice", "s1"))) {
      Instant since = now();
      Meanwhile<Optional<Displaced>> signIn =
          new Meanwhile<>(
              "SELECT id_hash",
              other -> other.insert(fresh("a", "alice", "s1", Optional.empty(), NO_LIMIT, since)));

      assertThat(signIn.during().logOut(target, RECEIPT)).isEmpty();
      assertThat(signIn.result()).isEmpty();
      assertThat(sessions.find("a")).isEmpty();
      database.advance(Duration.ofMillis(1));
    }
  }

  @Test
  void whichever_comes_first_no_session_outlives_a_logout() {
    for (int round = 0; round < 30; round++) {
      String id = "a" + round;
      Instant since = now();
      AtomicInteger stored = new AtomicInteger();
      AtomicInteger ended = new AtomicInteger();
      AtOnce.run(
          6,
          i -> {
            SessionTable node = new SessionTable(database.database());
            if (i < 3) {
              if (node.insert(
                      fresh(id + "-" + i, "alice", "s" + i, Optional.empty(), NO_LIMIT, since))
                  .isPresent()) {
                stored.incrementAndGet();
              }
            } else {
              LogoutTarget target = i == 3 ? bySubject("alice") : bySid("s" + (i - 3));
              ended.addAndGet(node.logOut(target, RECEIPT).size());
            }
          });
      assertThat(sessions.listBySubject("acme", List.of("alice"))).isEmpty();
      assertThat(ended).hasValue(stored.get());
      database.advance(Duration.ofMillis(1));
    }
  }

  @Test
  void receipts_are_kept_as_long_as_asked_and_sign_ins_leave_none() {
    signIn("a", "alice", "s1");
    assertThat(receipts()).isZero();
    sessions.logOut(bySubject("alice"), Duration.ofMinutes(10));
    sessions.logOut(bySid("s9"), Duration.ofMinutes(20));
    database.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(sessions.purgeReceipts(100)).isZero();
    database.advance(Duration.ofMillis(1));
    assertThat(sessions.purgeReceipts(100)).isEqualTo(1);
    assertThat(receipts()).isEqualTo(1);
    sessions.logOut(bySid("s9"), Duration.ofMinutes(20));
    database.advance(Duration.ofMinutes(15));
    assertThat(sessions.purgeReceipts(100)).isZero();
  }

  // ------------------------------------------------------ one session for each browser

  @Test
  void a_browser_has_one_session_whoever_signs_in_and_in_however_many_tabs() {
    signIn("other", "alice", "s0");
    for (String id : List.of("a", "b", "c")) {
      NewSession usual = fresh(id, "user " + id, "sid " + id, Optional.empty(), NO_LIMIT, now());
      Displaced displaced =
          sessions
              .insert(
                  new NewSession(
                      usual.row(),
                      "one browser",
                      // as it was when the tab was opened
                      Optional.of("before"),
                      usual.subjectIndexes(),
                      usual.limit(),
                      usual.underWaySince()))
              .orElseThrow();
      assertThat(ids(displaced.replaced())).hasSize(id.equals("a") ? 0 : 1);
      assertThat(displaced.oldest()).isEmpty();
    }

    assertThat(sessions.find("a")).isEmpty();
    assertThat(sessions.find("b")).isEmpty();
    assertThat(sessions.find("c")).isPresent();
    assertThat(sessions.find("other")).isPresent();
  }

  // ------------------------------------------------------ how many sessions

  @Test
  void one_too_many_ends_the_oldest() {
    signIn("a", "alice", "s1");
    database.advance(Duration.ofSeconds(1));
    signIn("b", "alice", "s2");
    database.advance(Duration.ofSeconds(1));
    sessions.touch("a", Duration.ofHours(1), Duration.ZERO);

    assertThat(ids(signIn("c", "alice", "s3", Optional.empty(), 2))).containsExactly("a");
    assertThat(sessions.find("b")).isPresent();
    assertThat(sessions.find("c")).isPresent();
    assertThat(ids(signIn("d", "alice", "s4", Optional.empty(), 1)))
        .containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void sessions_of_others_sessions_that_are_over_and_the_one_replaced_do_not_count() {
    signIn("over", "alice", "s0");
    database.advance(SessionTableContract.IDLE);
    signIn("bob", "bob", "s1");
    signIn("kept", "alice", "s2");
    database.advance(Duration.ofSeconds(1));
    signIn("old", "alice", "s3");

    assertThat(ids(signIn("new", "alice", "s4", Optional.of("old"), 2))).containsExactly("old");
    assertThat(sessions.find("kept")).isPresent();
    assertThat(sessions.find("bob")).isPresent();
  }

  @Test
  void sign_ins_at_once_never_exceed_the_limit_and_each_ended_session_is_told_once() {
    AtomicInteger ended = new AtomicInteger();
    AtOnce.run(
        12,
        i -> {
          SessionTable node = new SessionTable(database.database());
          ended.addAndGet(
              node.insert(fresh("s" + i, "alice", "sid" + i, Optional.empty(), 3, now()))
                  .orElseThrow()
                  .oldest()
                  .size());
        });

    assertThat(sessions.listBySubject("acme", List.of("alice"))).hasSize(3);
    assertThat(ended).hasValue(9);
  }

  // --------------------------------------------------------------- the stage

  private Instant now() {
    return database.clock().instant();
  }

  /** What another node does in the middle of a transaction, as far as it gets. */
  private final class Meanwhile<T> {
    private final UnreliableDataSource connection = new UnreliableDataSource(database.dataSource());
    private final AtomicBoolean hasBegun = new AtomicBoolean();
    private final FutureTask<T> task;

    Meanwhile(String before, Function<SessionTable, T> deed) {
      UnreliableDataSource ofTheOther = new UnreliableDataSource(database.dataSource());
      ofTheOther.failBefore(
          sql -> {
            hasBegun.compareAndSet(false, sql.startsWith("INSERT INTO gatehouse_logout"));
            return false;
          });
      task = new FutureTask<>(() -> deed.apply(new SessionTable(database.database(ofTheOther))));
      connection.failBefore(
          sql -> {
            if (sql.startsWith(before)) {
              new Thread(task, "another node").start();
              await().until(() -> task.isDone() || isWaiting(database.database(), hasBegun.get()));
            }
            return false;
          });
    }

    SessionTable during() {
      return new SessionTable(database.database(connection));
    }

    T result() {
      try {
        return task.get(10, TimeUnit.SECONDS);
      } catch (Exception failed) {
        throw new AssertionError(failed);
      }
    }
  }

  private int receipts() {
    return database
        .database()
        .query("SELECT COUNT(*) FROM gatehouse_logout", row -> row.getInt(1))
        .get(0);
  }

  private static LogoutTarget bySubject(String subject) {
    return new LogoutTarget(
        "acme", List.of(subject), List.of(subject), List.of(), Optional.empty());
  }

  private static LogoutTarget bySid(String sid) {
    return new LogoutTarget("acme", List.of(sid), List.of(), List.of(sid), Optional.empty());
  }

  private static LogoutTarget byBoth(String subject, String sid) {
    return new LogoutTarget(
        "acme", List.of(subject + "+" + sid), List.of(subject), List.of(sid), Optional.empty());
  }

  private void signIn(String id, String subject, String sid) {
    signIn(id, subject, sid, Optional.empty(), NO_LIMIT);
  }

  private List<SessionRow> signIn(
      String id, String subject, String sid, Optional<String> replaced, int limit) {
    Displaced displaced =
        sessions.insert(fresh(id, subject, sid, replaced, limit, now())).orElseThrow();
    return Stream.concat(displaced.replaced().stream(), displaced.oldest().stream()).toList();
  }

  private Optional<Displaced> insert(String id, String subject, String sid, Instant since) {
    return sessions.insert(fresh(id, subject, sid, Optional.empty(), NO_LIMIT, since));
  }

  private NewSession fresh(
      String id, String subject, String sid, Optional<String> replaced, int limit, Instant since) {
    Map<String, Instant> names = new HashMap<>();
    names.put(subject, since);
    names.put(sid, since);
    names.put(subject + "+" + sid, since);
    SessionRow row =
        new SessionRow(
            id,
            "handle-" + id,
            "acme",
            subject,
            Optional.of(sid),
            now(),
            now(),
            now().plus(SessionTableContract.IDLE),
            now().plus(Duration.ofDays(7)),
            now().plus(Duration.ofDays(2)),
            Optional.empty(),
            0,
            RefreshState.IDLE,
            Instant.EPOCH,
            0,
            Instant.EPOCH,
            new Sealed("key", "nonce".getBytes(UTF_8), id.getBytes(UTF_8)));
    return new NewSession(row, "browser of " + id, replaced, List.of(subject), limit, names);
  }

  private static List<String> ids(List<SessionRow> rows) {
    return rows.stream().map(SessionRow::idHash).toList();
  }
}
