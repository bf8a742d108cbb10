package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void whatever_limit_a_connection_comes_with_a_statement_has_two_seconds() {
    List<Object> limits = new ArrayList<>();
    DataSource recording =
        intercepting(
            (method, arguments) -> {
              if (method.equals("setNetworkTimeout")) {
                limits.add(arguments[1]);
              }
            });
    tables.database(recording).query("SELECT 1", row -> true);
    assertThat(limits).containsExactly(2000);
  }

  private int rows() {
    return tables.database().query("SELECT 1 FROM gatehouse_once", row -> true).size();
  }

  private static final String INSERT =
      "INSERT INTO gatehouse_once SELECT 'p', CAST(COUNT(*) AS VARCHAR), 0 FROM gatehouse_once";

  @ParameterizedTest
  @ValueSource(strings = {"57P01", "08003"})
  void what_a_dead_connection_did_not_take_another_one_does(String state) {
    Database database = tables.database(connection);
    connection.failNext(sql -> true, state);
    assertThat(database.update(INSERT)).isEqualTo(1);
    connection.failNext(sql -> true, state);
    assertThat(database.<Integer>transaction(sql -> sql.update(INSERT))).isEqualTo(1);
    connection.failNext(sql -> true, state);
    assertThat(database.query("SELECT 1", row -> true)).hasSize(1);
    assertThat(rows()).isEqualTo(2);
    assertThat(said).isEmpty();
  }

  @Test
  void what_may_have_happened_is_not_done_again() {
    Database database = tables.database(connection);
    connection.failNext(sql -> true, "08006");
    assertThatThrownBy(() -> database.update(INSERT)).isInstanceOf(StoreUnavailable.class);
    connection.failNext(sql -> true, "57014"); // took too long
    assertThatThrownBy(() -> database.update(INSERT)).isInstanceOf(StoreUnavailable.class);
    assertThat(rows()).isZero();
  }

  @Test
  void a_commit_is_not_tried_again_whatever_its_failure_says() {
    AtomicInteger commits = new AtomicInteger();
    DataSource losing =
        intercepting(
            (method, arguments) -> {
              if (method.equals("commit")) {
                commits.incrementAndGet();
                throw new SQLException("stopped", "57P01");
              }
            });
    assertThatThrownBy(
            () -> tables.database(losing).<Integer>transaction(sql -> sql.update(INSERT)))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(commits).hasValue(1);
    assertThat(rows()).isZero();
  }

  /** The connection fails when it is set back or given back, and says that nothing happened. */
  @ParameterizedTest
  @ValueSource(strings = {"setAutoCommit", "close"})
  void what_was_committed_is_not_done_again_whatever_the_connection_says_afterwards(String call) {
    AtomicInteger commits = new AtomicInteger();
    AtomicBoolean isAlive = new AtomicBoolean(true);
    DataSource dying =
        intercepting(
            (method, arguments) -> {
              if (method.equals("commit")) {
                commits.incrementAndGet();
              } else if (method.equals(call) && commits.get() > 0 && isAlive.getAndSet(false)) {
                throw new SQLException("closed", "08003");
              }
            });
    assertThatThrownBy(() -> tables.database(dying).<Integer>transaction(sql -> sql.update(INSERT)))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(commits).hasValue(1);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void what_was_done_without_a_transaction_is_not_done_again_either() {
    DataSource dying =
        intercepting(
            (method, arguments) -> {
              if (method.equals("close")) {
                throw new SQLException("closed", "08003");
              }
            });
    assertThatThrownBy(() -> tables.database(dying).update(INSERT))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void a_connection_comes_back_as_it_was_lent_whatever_became_of_the_work() {
    List<Object> modes = new ArrayList<>();
    Database database =
        tables.database(
            intercepting(
                (method, arguments) -> {
                  if (method.equals("setAutoCommit")) {
                    modes.add(arguments[0]);
                  }
                }));
    database.<Integer>transaction(sql -> sql.update(INSERT));
    assertThat(modes).containsExactly(false, true);
    assertThatThrownBy(
            () ->
                database.transaction(
                    sql -> {
                      throw new SQLException("no");
                    }))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(modes).containsExactly(false, true, false, true);
  }

  /** Sees every call to a connection before it is made. */
  @FunctionalInterface
  private interface Watch {
    void sees(String method, Object[] arguments) throws SQLException;
  }

  private DataSource intercepting(Watch watch) {
    return new UnreliableDataSource(tables.dataSource()) {
      @Override
      public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return (Connection)
            Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  watch.sees(method.getName(), arguments);
                  return method.invoke(connection, arguments);
                });
      }
    };
  }

  @Test
  void a_state_of_a_newer_version_is_uncertain() {
    assertThat(RefreshState.of(2)).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(RefreshState.of(3)).isEqualTo(RefreshState.UNCERTAIN);
    assertThat(RefreshState.of(0)).isEqualTo(RefreshState.IDLE);
  }
}
