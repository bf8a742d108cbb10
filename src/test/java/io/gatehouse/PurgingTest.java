package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.store.OnceTable;
import io.gatehouse.store.SessionTable;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.store.UnreliableDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PurgingTest {
  private static final int ROUND = -1;
  private static final Housekeeping.Pace QUICK =
      new Housekeeping.Pace(Duration.ofMillis(10), Duration.ofDays(1), Duration.ofMillis(10));

  private final TestDatabase database = TestDatabase.h2();
  private final UnreliableDataSource node = new UnreliableDataSource(database.dataSource());
  private final OnceTable once = new OnceTable(database.database(node));
  private final SessionTable sessions = new SessionTable(database.database(node));
  private final LogRecords log = new LogRecords(Housekeeping.class);
  private Runnable word = () -> {};

  @AfterEach
  void close() {
    log.close();
    database.close();
  }

  @Test
  void what_is_over_is_removed_batch_after_batch_and_what_holds_stays() {
    List<Integer> batches = new CopyOnWriteArrayList<>();
    insertOnce(1203, 0);
    insertOnce(1, 1);
    insertSessions(777, 0);
    insertSessions(1, 1);
    try (Housekeeping housekeeping =
        purging(
            limit -> {
              batches.add(ROUND);
              return 0;
            },
            limit -> sessions.purge(limit, Duration.ofMinutes(30)),
            limit -> {
              int removed = once.purge(limit);
              batches.add(removed);
              return removed;
            })) {
      housekeeping.start();

      eventually().until(() -> rows() == 1 && count("gatehouse_session") == 1);
      eventually().until(() -> batches.size() > 5);
      assertThat(List.copyOf(batches).subList(0, 6))
          .containsExactly(ROUND, 500, 500, 203, ROUND, 0);
      assertThat(log.levels()).isEmpty();
    }
  }

  @Test
  void nobody_is_removed_before_word_is_left() {
    List<String> order = new CopyOnWriteArrayList<>();
    word = () -> order.add("word");
    try (Housekeeping housekeeping =
        purging(
            limit -> {
              order.add("batch");
              return order.size() < 4 ? limit : 0;
            })) {
      housekeeping.start();

      eventually().until(() -> order.size() > 5);
      assertThat(order.stream().filter("batch"::equals).count()).isGreaterThan(1);
      for (int i = 0; i < order.size(); i++) {
        assertThat(order.get(i).equals("word") || order.get(i - 1).equals("word")).isTrue();
      }
    }
  }

  @Test
  void nodes_may_do_it_at_once() {
    insertOnce(2000, 0);
    try (Housekeeping one = purging(once::purge);
        Housekeeping other = purging(new OnceTable(database.database())::purge)) {
      one.start();
      other.start();

      eventually().until(() -> rows() == 0);
      assertThat(log.levels()).isEmpty();
    }
  }

  @Test
  void a_store_that_is_away_is_no_news_and_is_purged_when_it_is_back() {
    AtomicInteger rounds = new AtomicInteger();
    insertOnce(3, 0);
    node.down(true);
    try (Housekeeping housekeeping =
        purging(
            limit -> {
              rounds.incrementAndGet();
              return once.purge(limit);
            })) {
      housekeeping.start();
      eventually().until(() -> rounds.get() > 3);
      assertThat(rows()).isEqualTo(3);

      node.down(false);
      eventually().until(() -> rows() == 0);
      assertThat(log.levels()).isEmpty();
    }
  }

  @Test
  void a_round_that_fails_for_another_reason_is_told_and_not_the_last() {
    AtomicInteger rounds = new AtomicInteger();
    try (Housekeeping housekeeping =
        purging(
            limit -> {
              if (rounds.incrementAndGet() == 1) {
                throw new IllegalStateException("a bug");
              }
              return 0;
            })) {
      housekeeping.start();

      eventually().until(() -> rounds.get() > 2);
      assertThat(log.levels()).containsExactly(Level.WARNING);
    }
  }

  @Test
  void a_stop_waits_for_the_batch_under_way_and_begins_no_other() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Housekeeping housekeeping =
        purging(
            limit -> {
              begun.incrementAndGet();
              underWay.countDown();
              awaitQuietly(goOn);
              done.incrementAndGet();
              return limit;
            });
    housekeeping.start();
    underWay.await();
    CompletableFuture<Integer> doneAtTheStop =
        CompletableFuture.supplyAsync(
            () -> {
              housekeeping.close();
              return done.get();
            });
    eventually().until(housekeeping::isStopping);
    goOn.countDown();

    assertThat(doneAtTheStop.get()).isEqualTo(1);
    assertThat(begun).hasValue(1);
  }

  private Housekeeping purging(Housekeeping.Purge... purges) {
    return new Housekeeping(() -> {}, word::run, List.of(purges), new SplittableRandom(), QUICK);
  }

  /** Rows that are over {@code millis} after now: 0 is now, when they already are. */
  private void insertOnce(int rows, int millis) {
    database.execute(
        "INSERT INTO gatehouse_once SELECT 'state', "
            + (millis + " || '-' || x, ")
            + ("(SELECT millis FROM test_time) + " + millis)
            + (" FROM SYSTEM_RANGE(1, " + rows + ")"));
  }

  private void insertSessions(int rows, int millis) {
    database.execute(
        "INSERT INTO gatehouse_session (id_hash, handle, provider, subject_index, created_at,"
            + " last_used_at, idle_expires_at, absolute_expires_at, ends_at, purge_at, generation,"
            + " refresh_state, lease_expires_at, attempts, next_refresh_at, key_id, nonce, payload)"
            + (" SELECT " + millis + " || '-' || x, 'h', 'p', 's', 0, 0, 0, 0, 0,")
            + (" (SELECT millis FROM test_time) + " + millis)
            + ", 1, 0, 0, 0, 0, 'k', X'00', X'00'"
            + (" FROM SYSTEM_RANGE(1, " + rows + ")"));
  }

  private int rows() {
    return count("gatehouse_once");
  }

  private int count(String table) {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Long enough for the busiest machine; nothing depends on how long it takes. */
  private static ConditionFactory eventually() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }
}
