package io.gatehouse.store;

import io.gatehouse.testing.MutableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * A database whose time the test owns: {@code {now}} in SQL reads a table, and {@link #clock()}
 * says the same to Java.
 */
public final class TestDatabase implements AutoCloseable {
  private final DataSource dataSource;
  private final Runnable close;
  private final MutableClock clock = MutableClock.atWholeSecond();
  private final Presence presence;
  private boolean isAway;

  private TestDatabase(DataSource dataSource, Runnable close) {
    this.dataSource = dataSource;
    this.close = close;
    execute(
        "DROP TABLE IF EXISTS gatehouse_schema, gatehouse_session, gatehouse_once,"
            + " gatehouse_logout, gatehouse_presence, test_time",
        "CREATE TABLE test_time (millis BIGINT NOT NULL)",
        "INSERT INTO test_time VALUES (" + clock.instant().toEpochMilli() + ")");
    new Schema(database()).create();
    presence = new Presence(database(), Duration.ofMinutes(30));
    presence.leaveWord();
  }

  /** H2 in memory, gone when closed. */
  public static TestDatabase h2() {
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=PostgreSQL;DB_CLOSE_DELAY=-1", "sa", "");
    pool.setMaxConnections(40);
    return new TestDatabase(
        pool,
        () -> {
          try (Connection connection = pool.getConnection();
              Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
          pool.dispose();
        });
  }

  /** Whatever is behind this data source, emptied. */
  public static TestDatabase on(DataSource dataSource) {
    return new TestDatabase(dataSource, () -> {});
  }

  /** As one node sees it. Several nodes share nothing but the database. */
  public Database database() {
    return database(dataSource);
  }

  /** As a node sees it through another data source, for example one that fails. */
  public Database database(DataSource through) {
    return new Database(
        through,
        Optional.empty(),
        Optional.empty(),
        new DatabaseClock(clock, () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos()),
        "(SELECT millis FROM test_time)");
  }

  public DataSource dataSource() {
    return dataSource;
  }

  public MutableClock clock() {
    return clock;
  }

  public void advance(Duration by) {
    set(clock.instant().plus(by));
  }

  /** Unless {@link #away}, it is as if a node left word all the while. */
  public void set(Instant to) {
    if (!isAway) {
      presence.leaveWord();
      execute("UPDATE gatehouse_presence SET seen_at = " + to.toEpochMilli());
    }
    clock.set(to);
    execute("UPDATE test_time SET millis = " + to.toEpochMilli());
  }

  /** Whether no node can use it, so that nobody leaves word. */
  public void away(boolean whether) {
    isAway = whether;
  }

  public void execute(String... statements) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    close.run();
  }
}
