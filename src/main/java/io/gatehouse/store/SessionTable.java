package io.gatehouse.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
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
          + ", browser_hash, purge_at) VALUES ("
          + String.join(", ", Collections.nCopies(21, "?"))
          + ")";

  // in the order that others lock them in
  private static final String OVER =
      "SELECT id_hash, is_excused FROM (SELECT id_hash, "
          + ("(ends_at > {now} AND " + Presence.EXCUSED + ") AS is_excused")
          + " FROM gatehouse_session WHERE purge_at <= {now} LIMIT ?) AS done ORDER BY id_hash";

  /** The whole hour after an end. Rounded, or each use of a session would move an index entry. */
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final Database database;

  public SessionTable(Database database) {
    this.database = database;
  }

  /**
   * Stores a new session, unless it was logged out while its sign-in was under way. Deletes those
   * of the same browser and the user's oldest above the limit. All of it or nothing.
   *
   * @return empty when nothing was stored, because the logout wins
   */
  public Optional<Displaced> insert(NewSession fresh) {
    List<@Nullable Object> values = new ArrayList<>(Arrays.asList(fresh.row().values()));
    values.add(fresh.browserHash());
    values.add(purgeAt(fresh.row()));
    return database.transaction(
        sql -> {
          LogoutReceipts receipts = LogoutReceipts.lock(sql, fresh.underWaySince().keySet());
          Optional<Displaced> displaced = Optional.empty();
          if (!receipts.hasAnySince(fresh.underWaySince())) {
            displaced = Optional.of(displace(sql, fresh));
            sql.update(INSERT, values.toArray());
          }
          receipts.tidy();
          return displaced;
        });
  }

  /**
   * Takes the sessions of the same browser and the user's oldest. Nobody else can open one for this
   * user meanwhile: we hold the lock of the user's name.
   */
  private static Displaced displace(Statements sql, NewSession fresh) throws SQLException {
    // the cookie does not come along on the way from the provider, and a sign-in in another tab
    // may have ended since this one began: then only the login cookie tells that session
    Set<String> ofBrowser =
        new HashSet<>(ids(sql, Condition.where("browser_hash = ?", fresh.browserHash())));
    ofBrowser.add(fresh.replacedIdHash().orElse(""));
    Condition others =
        Condition.where("provider = ?", fresh.row().provider())
            .and(Condition.in("subject_index", fresh.subjectIndexes()))
            .and(Condition.in("id_hash", ofBrowser).not())
            .and(LIVE + " ORDER BY created_at DESC, id_hash OFFSET ?", fresh.limit() - 1);
    Set<String> all = new HashSet<>(ofBrowser);
    all.addAll(ids(sql, others));
    List<SessionRow> taken = take(sql, Condition.in("id_hash", all));
    return new Displaced(
        taken.stream().filter(row -> ofBrowser.contains(row.idHash())).toList(),
        taken.stream().filter(row -> !ofBrowser.contains(row.idHash())).toList());
  }

  private static List<String> ids(Statements sql, Condition condition) throws SQLException {
    return sql.query(
        "SELECT id_hash FROM gatehouse_session WHERE " + condition.sql(),
        row -> row.getString("id_hash"),
        condition.parameters());
  }

  /**
   * What there is of a session that is not past the end that use cannot move.
   *
   * @param isIdle so that it is not live, unless {@link Presence} excuses it
   */
  public record Found(SessionRow row, boolean isIdle) {}

  /** As committed now. One question, and the only one where somebody made the name up. */
  public Optional<Found> look(String idHash) {
    return select(
            Condition.where("id_hash = ? AND ends_at > {now}", idHash),
            (row, now) -> new Found(row, row.idleExpiresAt().toEpochMilli() <= now))
        .stream()
        .findFirst();
  }

  /** The row if its session is live, as committed now. */
  public Optional<SessionRow> find(String idHash) {
    return select(Condition.where("id_hash = ? AND " + LIVE, idHash)).stream().findFirst();
  }

  /** The live sessions of a user, the one used last first. */
  public List<SessionRow> listBySubject(String provider, List<String> subjectIndexes) {
    return select(
        Condition.where("provider = ?", provider)
            .and(Condition.in("subject_index", subjectIndexes))
            .and(LIVE + " ORDER BY last_used_at DESC, id_hash"));
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
    Condition condition = Condition.where("id_hash = ?", idHash);
    return database.transaction(sql -> take(sql, condition)).stream().findFirst();
  }

  /** Deletes the session of this handle if it is this user's. */
  public Optional<SessionRow> deleteByHandle(
      String provider, List<String> subjectIndexes, String handle) {
    Condition condition =
        Condition.where("provider = ? AND handle = ?", provider, handle)
            .and(Condition.in("subject_index", subjectIndexes));
    return database.transaction(sql -> take(sql, condition)).stream().findFirst();
  }

  /**
   * Deletes the sessions that a logout names and leaves a receipt for those not stored yet.
   *
   * @param keep longer than any sign-in is under way
   */
  public List<SessionRow> logOut(LogoutTarget target, Duration keep) {
    Condition condition = target.condition();
    return database.transaction(
        sql -> {
          LogoutReceipts.lock(sql, target.names()).write(keep);
          return take(sql, condition);
        });
  }

  /**
   * Removes up to {@code limit} sessions that are over; those that {@link Presence} excuses are, or
   * each batch would meet all of them again. Returns how many it was.
   */
  public int purge(int limit, Duration idle) {
    return database.transaction(
        sql -> {
          int done = 0;
          for (Over over : sql.query(OVER, Over::read, idle.toMillis(), limit)) {
            done +=
                over.isExcused
                    ? Presence.excuse(sql, over.idHash, idle)
                    : sql.update(
                        "DELETE FROM gatehouse_session WHERE id_hash = ? AND purge_at <= {now}",
                        over.idHash);
          }
          return done;
        });
  }

  private record Over(String idHash, boolean isExcused) {
    static Over read(ResultSet row) throws SQLException {
      return new Over(row.getString("id_hash"), row.getBoolean("is_excused"));
    }
  }

  /** Removes up to {@code limit} receipts of logouts that no sign-in can meet any more. */
  public int purgeReceipts(int limit) {
    return LogoutReceipts.purge(database, limit);
  }

  /** The database's time itself, where {@link DatabaseClock}'s idea of it is not exact enough. */
  public Instant now() {
    return database.now();
  }

  private List<SessionRow> select(Condition condition) {
    return select(condition, (row, now) -> row);
  }

  private <T> List<T> select(Condition condition, BiFunction<SessionRow, Long, T> read) {
    DatabaseClock clock = database.clock();
    long asked = clock.asking();
    return database.query(
        SELECT + condition.sql(),
        row -> {
          long now = row.getLong("database_now");
          clock.told(now, asked);
          return read.apply(SessionRow.read(row), now);
        },
        condition.parameters());
  }

  private static List<SessionRow> take(Statements sql, Condition condition) throws SQLException {
    // locked before they are read: a refresh that commits in between would leave us tokens that are
    // no longer the session's; in order of the key, or two ends could deadlock
    List<SessionRow> rows =
        sql.query(
            SELECT + condition.sql() + " ORDER BY id_hash FOR UPDATE",
            SessionRow::read,
            condition.parameters());
    List<SessionRow> taken = new ArrayList<>();
    for (SessionRow row : rows) {
      if (sql.update("DELETE FROM gatehouse_session WHERE id_hash = ?", row.idHash()) == 1) {
        taken.add(row);
      }
    }
    return List.copyOf(taken);
  }

  private static long purgeAt(SessionRow row) {
    long end = Math.min(row.idleExpiresAt().toEpochMilli(), row.endsAt().toEpochMilli());
    return (end / HOUR + 1) * HOUR;
  }
}
