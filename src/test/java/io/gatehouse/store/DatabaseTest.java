package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private static final Logger LOG = Logger.getLogger(Database.class.getName());

  private final TestDatabase tables = TestDatabase.h2();
  private final UnreliableDataSource connection = new UnreliableDataSource(tables.dataSource());
  private final List<String> said = new ArrayList<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          said.add(new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOG.addHandler(listener);
  }

  @AfterEach
  void close() {
    LOG.removeHandler(listener);
    tables.close();
  }

  @Test
  void why_it_does_not_answer_is_told_once_for_many_and_without_words_of_the_driver() {
    Database database = tables.database(connection);
    connection.down(true);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> database.query("SELECT 'a secret'", row -> true))
          .isInstanceOf(StoreUnavailable.class);
    }
    assertThat(said).hasSize(1);
    assertThat(said.get(0)).contains("SQLState").doesNotContain("secret").doesNotContain("cut");
  }

  @Test
  void the_first_question_after_its_time_sets_a_clock_that_was_wrong() {
    Clock wrong = Clock.offset(tables.clock(), Duration.ofHours(-1));
    DatabaseClock clock = new DatabaseClock(wrong);
    Database database =
        new Database(
            tables.dataSource(),
            Optional.empty(),
            Optional.empty(),
            clock,
            "(SELECT millis FROM test_time)");
    assertThat(clock.instant()).isEqualTo(wrong.instant());

    assertThat(database.now()).isEqualTo(tables.clock().instant());

    assertThat(clock.instant()).isAfterOrEqualTo(tables.clock().instant());
  }

  @Test
  void a_state_of_a_newer_version_is_uncertain() {
    assertThat(RefreshState.of(2)).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(RefreshState.of(3)).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(RefreshState.of(0)).isEqualTo(RefreshState.IDLE);
  }
}
