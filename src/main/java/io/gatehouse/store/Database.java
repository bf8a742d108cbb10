package io.gatehouse.store;

import io.gatehouse.oauth.Secret;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Short work on the database: no transaction stays open across anything but SQL, and every failure
 * is {@link StoreUnavailable}.
 */
public final class Database {
  private static final String DATABASE_TIME =
      "CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000) AS BIGINT)";
  private static final long AT_ONCE = Duration.ofMillis(500).toNanos();
  private static final long TOLD_EVERY = Duration.ofSeconds(10).toNanos();
  private static final Logger LOG = Logger.getLogger(Database.class.getName());

  /** SQL that belongs together. */
  @FunctionalInterface
  interface Work<T> {
    T with(Statements statements) throws SQLException;
  }

  private final Connections connections;
  private final DatabaseClock clock;
  private final String now;
  private final Outage outage = new Outage(System::nanoTime);
  private final AtomicLong toldAgainFrom = new AtomicLong(System.nanoTime());

  public Database(
      DataSource dataSource,
      Optional<String> user,
      Optional<Secret> password,
      DatabaseClock clock) {
    this(dataSource, user, password, clock, DATABASE_TIME);
  }

  /**
   * @param now SQL expression for the database's time, so that tests can own it
   */
  Database(
      DataSource dataSource,
      Optional<String> user,
      Optional<Secret> password,
      DatabaseClock clock,
      String now) {
    this.connections = new Connections(dataSource, user, password);
    this.clock = clock;
    this.now = now;
  }

  /** For readiness: whether the database answers now. */
  public boolean usable() {
    try {
      now();
      return true;
    } catch (StoreUnavailable down) {
      return false;
    }
  }

  /** The database's time, by which the clock goes from then on. */
  public Instant now() {
    long asked = clock.asking();
    long millis = query("SELECT {now}", row -> row.getLong(1)).get(0);
    clock.told(millis, asked);
    return Instant.ofEpochMilli(millis);
  }

  DatabaseClock clock() {
    return clock;
  }

  int update(String sql, @Nullable Object... parameters) {
    return admitted(() -> run(statements -> statements.update(sql, parameters)));
  }

  /** Reads outside a transaction. */
  <T> List<T> query(String sql, Statements.RowReader<T> reader, @Nullable Object... parameters) {
    return admitted(() -> read(sql, reader, parameters));
  }

  private <T> List<T> read(
      String sql, Statements.RowReader<T> reader, @Nullable Object... parameters) {
    long started = System.nanoTime();
    try {
      return run(statements -> statements.query(sql, reader, parameters));
    } catch (StoreUnavailable failed) {
      // pooled connections die with the server they lead to: a read that fails at once is worth
      // another connection, a slow one would only double the wait
      if (System.nanoTime() - started > AT_ONCE) {
        throw failed;
      }
      return run(statements -> statements.query(sql, reader, parameters));
    }
  }

  /** All of it or nothing. */
  <T> T transaction(Work<T> work) {
    return admitted(() -> inTransaction(work));
  }

  private <T> T inTransaction(Work<T> work) {
    return connections.lend(
        connection -> {
          connection.setAutoCommit(false);
          try {
            T result = work.with(new Statements(connection, now));
            commit(connection);
            return result;
          } catch (SQLException | RuntimeException e) {
            undo(connection, e);
            throw e;
          }
        });
  }

  /** From here on it may have happened, whatever the failure says. */
  private static void commit(Connection connection) {
    try {
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new StoreUnavailable(e);
    }
  }

  /**
   * Deletes the rows whose keys the first statement selects, one by one and in the order of their
   * keys, which is the order that others lock them in. One {@code DELETE} over a limited subquery
   * would read the whole table for each of its rows in H2.
   *
   * @return how many were deleted here and not by somebody else meanwhile
   */
  int purge(String keys, String delete, Object... parameters) {
    return transaction(
        statements -> {
          int deleted = 0;
          for (Object[] key : statements.query(keys, Database::texts, parameters)) {
            deleted += statements.update(delete, key);
          }
          return deleted;
        });
  }

  private static Object[] texts(ResultSet row) throws SQLException {
    Object[] texts = new Object[row.getMetaData().getColumnCount()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = row.getString(i + 1);
    }
    return texts;
  }

  /** Work on a connection, which is given back afterwards. */
  @FunctionalInterface
  public interface Borrower<T> {
    T use(Connection connection) throws SQLException;
  }

  /** A connection for a table that is not ours; its failures count as those of our own work. */
  public <T> T lend(Borrower<T> borrower) throws SQLException {
    try {
      return admitted(() -> connections.lend(borrower));
    } catch (StoreUnavailable away) {
      throw new SQLException(away);
    }
  }

  /** Fails at once while the database keeps everybody waiting who asks it. */
  private <T> T admitted(Supplier<T> work) {
    if (!outage.admits()) {
      throw new StoreUnavailable();
    }
    long started = System.nanoTime();
    try {
      T result = work.get();
      outage.answered();
      return result;
    } catch (StoreUnavailable failed) {
      outage.failed(System.nanoTime() - started > AT_ONCE);
      tell(failed);
      throw failed;
    } catch (RuntimeException | Error ours) {
      outage.answered();
      throw ours;
    }
  }

  /** Tells the operator what the answer to the client does not; once for the many it happens to. */
  private void tell(StoreUnavailable failed) {
    long now = System.nanoTime();
    long next = toldAgainFrom.get();
    if (now - next >= 0 && toldAgainFrom.compareAndSet(next, now + TOLD_EVERY)) {
      LOG.warning(() -> "The session database failed: " + reasonOf(failed.getCause()));
    }
  }

  /** Without messages, which quote statements and values. */
  private static String reasonOf(@Nullable Throwable cause) {
    return cause instanceof SQLException sql
        ? sql.getClass().getName() + ", SQLState " + sql.getSQLState() + ", " + sql.getErrorCode()
        : String.valueOf(cause == null ? null : cause.getClass().getName());
  }

  private static void undo(Connection connection, Exception why) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  private <T> T run(Work<T> work) {
    return connections.lend(connection -> work.with(new Statements(connection, now)));
  }
}
