package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.resource.Lending;
import io.gatehouse.resource.Preferences;
import io.gatehouse.store.OnceTable;
import io.gatehouse.store.Presence;
import io.gatehouse.store.Schema;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.store.UnreliableDataSource;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private static final Duration SOON = Duration.ofMillis(10);

  private final TestDatabase database = TestDatabase.h2();
  private final UnreliableDataSource node = new UnreliableDataSource(database.dataSource());
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger words = new AtomicInteger();
  private Runnable word = () -> {};
  private Housekeeping.Pace pace = new Housekeeping.Pace(SOON, SOON, Duration.ofDays(1));
  private final LogRecords log = new LogRecords(Housekeeping.class);

  @BeforeEach
  void empty() {
    database.execute(
        "DROP TABLE gatehouse_schema, gatehouse_session, gatehouse_once, gatehouse_logout,"
            + " gatehouse_presence");
  }

  @AfterEach
  void close() {
    log.close();
    database.close();
  }

  @Test
  void the_tables_of_a_database_that_answers_are_there_when_the_start_is_over() {
    try (Housekeeping housekeeping = creating()) {
      housekeeping.start();

      assertThat(housekeeping.areTablesReady()).isTrue();
      assertThatTablesWork();
      assertThat(log.levels()).isEmpty();
    }
  }

  @Test
  void a_database_that_is_away_at_the_start_gets_its_tables_once_it_is_back() {
    node.down(true);
    try (Housekeeping housekeeping = creating()) {
      housekeeping.start();
      eventually().until(() -> attempts.get() > 3);
      assertThat(housekeeping.areTablesReady()).isFalse();
      assertThat(log.levels()).as("told once").containsExactly(Level.WARNING);

      node.down(false);
      eventually().until(housekeeping::areTablesReady);
      assertThatTablesWork();
      eventually().until(() -> log.levels().equals(List.of(Level.WARNING, Level.INFO)));
    }
  }

  @Test
  void word_is_left_again_and_again_also_after_an_outage() {
    word = new Presence(database.database(node), Duration.ofMinutes(30))::leaveWord;
    try (Housekeeping housekeeping = creating()) {
      housekeeping.start();
      int before = words.get();
      eventually().until(() -> words.get() > before + 3);
      node.down(true);
      int then = words.get();
      eventually().until(() -> words.get() > then + 3);
      node.down(false);
      int since = words.get();
      eventually().until(() -> words.get() > since + 3);
      assertThat(log.levels()).isEmpty();
    }
  }

  @Test
  void word_that_could_not_be_left_is_tried_again_before_the_next_is_due() {
    pace = new Housekeeping.Pace(SOON, Duration.ofDays(1), Duration.ofDays(1));
    word = new Presence(database.database(node), Duration.ofMinutes(30))::leaveWord;
    node.failBefore(sql -> sql.startsWith("UPDATE gatehouse_presence"));
    try (Housekeeping housekeeping = creating()) {
      housekeeping.start();
      eventually().until(() -> words.get() > 3);
    }
  }

  @Test
  void tables_that_do_not_fit_stop_the_start() {
    try (Housekeeping housekeeping = verifying()) {
      assertThatThrownBy(housekeeping::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("schema version 0")
          .hasMessageContaining("jdbc-create-schema");
    }
  }

  @Test
  void tables_that_turn_out_not_to_fit_after_an_outage_are_told_once_and_used_when_they_do() {
    node.down(true);
    try (Housekeeping housekeeping = verifying()) {
      housekeeping.start();
      node.down(false);
      eventually().until(() -> log.levels().contains(Level.SEVERE));
      int then = attempts.get();
      eventually().until(() -> attempts.get() > then + 3);
      assertThat(housekeeping.areTablesReady()).isFalse();
      assertThat(log.levels()).containsExactly(Level.WARNING, Level.SEVERE);
      assertThat(log.lines().get(1)).contains("schema version 0", "jdbc-create-schema");

      new Schema(database.database()).create();
      eventually().until(housekeeping::areTablesReady);
    }
  }

  @Test
  void a_stop_ends_the_attempts() {
    node.down(true);
    Housekeeping housekeeping = creating();
    housekeeping.start();
    eventually().until(() -> attempts.get() > 1);
    housekeeping.close();

    int then = attempts.get();
    housekeeping.start();
    assertThat(attempts).as("only the one of the start").hasValue(then + 1);
    assertThat(threads()).isEmpty();
  }

  @Test
  void nodes_that_were_started_together_do_not_come_together() {
    SplittableRandom random = new SplittableRandom(7);
    List<Duration> pauses =
        random
            .ints(200)
            .mapToObj(i -> Housekeeping.jittered(Duration.ofSeconds(60), random))
            .toList();

    assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(45)) >= 0);
    assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(75)) <= 0);
    assertThat(pauses.stream().distinct().count()).isGreaterThan(20);
  }

  private Housekeeping creating() {
    Schema schema = new Schema(database.database(node));
    Preferences preferences = new Preferences(Lending.from(node::getConnection));
    return housekeeping(
        () -> {
          schema.create();
          preferences.create();
        });
  }

  private Housekeeping verifying() {
    return housekeeping(new Schema(database.database(node))::verify);
  }

  private Housekeeping housekeeping(Runnable tables) {
    return new Housekeeping(
        () -> {
          attempts.incrementAndGet();
          tables.run();
        },
        () -> {
          words.incrementAndGet();
          word.run();
        },
        List.of(),
        new SplittableRandom(),
        pace);
  }

  private void assertThatTablesWork() {
    new Schema(database.database()).verify();
    assertThat(new OnceTable(database.database()).insert("state", "a", Duration.ofHours(1)))
        .isTrue();
    database.execute("SELECT 1 FROM user_preference");
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("gatehouse-housekeeping"))
        .filter(Thread::isAlive)
        .toList();
  }

  /** Long enough for the busiest machine; nothing depends on how long it takes. */
  private static ConditionFactory eventually() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }
}
