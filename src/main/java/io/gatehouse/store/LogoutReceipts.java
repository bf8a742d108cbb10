package io.gatehouse.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Logouts that arrived, by name. Sign-ins and logouts of one name take turns: each locks the rows
 * of its names before it does anything else, and keeps them until it commits. So a logout either
 * finds the session that a sign-in stored, or the sign-in finds its receipt. See {@code
 * docs/concurrency.md}.
 */
final class LogoutReceipts {
  private final Statements sql;
  private final @Nullable Object[] names;
  private final String marks;

  /** Instants of logouts by name; zero where there was none. */
  private final Map<String, Long> endedAt = new HashMap<>();

  private LogoutReceipts(Statements sql, Collection<String> names) {
    this.sql = sql;
    // always in one order, or two that share names could wait for each other
    this.names = new TreeSet<>(names).toArray();
    this.marks = Statements.marks(this.names.length);
  }

  /** Waits for those before us. To be the first thing in a transaction. */
  static LogoutReceipts lock(Statements sql, Collection<String> names) throws SQLException {
    LogoutReceipts receipts = new LogoutReceipts(sql, names);
    do {
      // What is not there cannot be locked. Two that insert the same name: one waits for the other.
      sql.update(
          "INSERT INTO gatehouse_logout (name, ended_at, expires_at) VALUES "
              + "(?, 0, 0), ".repeat(receipts.names.length - 1)
              + "(?, 0, 0) ON CONFLICT DO NOTHING",
          receipts.names);
    } while (!receipts.areLocked()); // purged in between: once more
    return receipts;
  }

  private boolean areLocked() throws SQLException {
    endedAt.clear();
    sql.query(
            "SELECT name, ended_at FROM gatehouse_logout WHERE name IN ("
                + marks
                + ") ORDER BY name FOR UPDATE",
            row -> Map.entry(row.getString("name"), row.getLong("ended_at")),
            names)
        .forEach(receipt -> endedAt.put(receipt.getKey(), receipt.getValue()));
    return endedAt.size() == names.length;
  }

  /** Whether one of the names was logged out at that instant or later. */
  boolean hasAnySince(Map<String, Instant> underWaySince) {
    return underWaySince.entrySet().stream()
        .anyMatch(
            name -> endedAt.getOrDefault(name.getKey(), 0L) >= name.getValue().toEpochMilli());
  }

  /** Leaves a receipt under each name. */
  void write(Duration keep) throws SQLException {
    @Nullable Object[] values = new @Nullable Object[names.length + 1];
    values[0] = keep.toMillis();
    System.arraycopy(names, 0, values, 1, names.length);
    sql.update(
        "UPDATE gatehouse_logout SET ended_at = GREATEST(ended_at, {now}),"
            + " expires_at = {now} + CAST(? AS BIGINT) WHERE name IN ("
            + marks
            + ")",
        values);
  }

  /** Removes the rows that were only there to be locked. To be the last thing. */
  void tidy() throws SQLException {
    sql.update(
        "DELETE FROM gatehouse_logout WHERE ended_at = 0 AND name IN (" + marks + ")", names);
  }

  static int purge(Database database, int limit) {
    return database.purge(
        "SELECT name FROM (SELECT name FROM gatehouse_logout"
            + " WHERE expires_at <= {now} LIMIT ?) AS done ORDER BY name",
        // asked again: the row may have got a new receipt while we waited for its lock
        "DELETE FROM gatehouse_logout WHERE name = ? AND expires_at <= {now}",
        limit);
  }
}
