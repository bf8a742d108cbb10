package io.gatehouse.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions, one row each. Whatever ends a session deletes its row, and whoever deletes it gets
 * it, so that exactly one caller revokes its tokens.
 */
public final class SessionTable {
  // At the very instant of its end a session is over: > and never >=.
  static final String LIVE = "idle_expires_at > {now} AND ends_at > {now}";

  private static final String SELECT =
      "SELECT " + SessionRow.COLUMNS + ", {now} AS database_now FROM gatehouse_session WHERE ";

  private static final String INSERT =
      "INSERT INTO gatehouse_session ("
          + SessionRow.COLUMNS
          + ", purge_at) VALUES ("
          + String.join(", ", Collections.nCopies(20, "?"))
          + ")";

  /** The whole hour after an end. Rounded, or each use of a session would move an index entry. */
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final Database database;

  public SessionTable(Database database) {
    this.database = database;
  }

  /** Stores a new session and deletes the one it replaces, both or none. */
  public void insert(SessionRow row, Optional<String> replacedIdHash) {
    List<@Nullable Object> values = new ArrayList<>(Arrays.asList(row.values()));
    values.add(purgeAt(row));
    database.transaction(
        sql -> {
          if (replacedIdHash.isPresent()) {
            sql.update("DELETE FROM gatehouse_session WHERE id_hash = ?", replacedIdHash.get());
          }
          return sql.update(INSERT, values.toArray());
        });
  }

  /** The row if its session is live, as committed now. */
  public Optional<SessionRow> find(String idHash) {
    return select("id_hash = ? AND " + LIVE, idHash).stream().findFirst();
  }

  /** The live sessions of a user, the one used last first. */
  public List<SessionRow> listBySubject(String provider, String subjectIndex) {
    return select(
        "provider = ? AND subject_index = ? AND " + LIVE + " ORDER BY last_used_at DESC, id_hash",
        provider,
        subjectIndex);
  }

  /**
   * Extends the idle time of a live session, unless it was extended less than {@code seldom} ago.
   */
  public boolean touch(String idHash, Duration idle, Duration seldom) {
    return database.update(
            "UPDATE gatehouse_session SET last_used_at = {now},"
                + " idle_expires_at = {now} + CAST(? AS BIGINT),"
                + " purge_at = (LEAST(ends_at, {now} + CAST(? AS BIGINT)) / 3600000 + 1) * 3600000"
                + " WHERE id_hash = ? AND last_used_at <= {now} - CAST(? AS BIGINT) AND "
                + LIVE,
            idle.toMillis(),
            idle.toMillis(),
            idHash,
            seldom.toMillis())
        == 1;
  }

  /** Deletes a session, live or not. */
  public Optional<SessionRow> delete(String idHash) {
    return take("id_hash = ?", idHash).stream().findFirst();
  }

  /** Deletes the session of this handle if it is this user's. */
  public Optional<SessionRow> deleteByHandle(String provider, String subjectIndex, String handle) {
    return take("provider = ? AND subject_index = ? AND handle = ?", provider, subjectIndex, handle)
        .stream()
        .findFirst();
  }

  public List<SessionRow> deleteBySubject(String provider, String subjectIndex) {
    return take("provider = ? AND subject_index = ?", provider, subjectIndex);
  }

  /** A {@code sid} means something at its provider only. */
  public List<SessionRow> deleteBySid(String provider, String sidIndex) {
    return take("provider = ? AND sid_index = ?", provider, sidIndex);
  }

  /** Removes up to {@code limit} sessions that are over; returns how many. */
  public int purge(int limit) {
    return database.update(
        "DELETE FROM gatehouse_session WHERE id_hash IN (SELECT id_hash FROM gatehouse_session"
            + " WHERE purge_at <= {now} LIMIT ?)",
        limit);
  }

  private List<SessionRow> select(String where, Object... parameters) {
    DatabaseClock clock = database.clock();
    long asked = clock.asking();
    return database.query(
        SELECT + where,
        row -> {
          clock.told(row.getLong("database_now"), asked);
          return SessionRow.read(row);
        },
        parameters);
  }

  private List<SessionRow> take(String where, Object... parameters) {
    return database.transaction(
        sql -> {
          // locked before they are read: a refresh that commits in between would leave us tokens
          // that are no longer the session's; in order of the key, or two ends could deadlock
          List<SessionRow> rows =
              sql.query(
                  SELECT + where + " ORDER BY id_hash FOR UPDATE", SessionRow::read, parameters);
          List<SessionRow> taken = new ArrayList<>();
          for (SessionRow row : rows) {
            if (deleteRow(sql, row)) {
              taken.add(row);
            }
          }
          return List.copyOf(taken);
        });
  }

  private static boolean deleteRow(Statements sql, SessionRow row) throws SQLException {
    return sql.update("DELETE FROM gatehouse_session WHERE id_hash = ?", row.idHash()) == 1;
  }

  private static long purgeAt(SessionRow row) {
    long end = Math.min(row.idleExpiresAt().toEpochMilli(), row.endsAt().toEpochMilli());
    return (end / HOUR + 1) * HOUR;
  }
}
