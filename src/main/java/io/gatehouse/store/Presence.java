package io.gatehouse.store;

import java.sql.SQLException;
import java.time.Duration;

/**
 * When the database was away, told by the database itself: every node leaves word in it every few
 * seconds, and where nobody did for a while, nobody's use of a session could be written either.
 * That must not count as idleness.
 */
public final class Presence {
  /** How often each node leaves word. */
  public static final Duration PACE = Duration.ofSeconds(10);

  /** So long without word is an outage: three words of the only node that did not come. */
  static final Duration OUTAGE = Duration.ofSeconds(30);

  /**
   * Whether a session was live when the last outage began, and its user still has time to come
   * back. Its parameter is the idle time-out.
   */
  static final String EXCUSED =
      "EXISTS (SELECT 1 FROM gatehouse_presence"
          + " WHERE away_from < idle_expires_at AND away_until + CAST(? AS BIGINT) > {now})";

  // an outage that begins before everybody had time to come back after the last one is the same
  private static final String SEEN =
      "UPDATE gatehouse_presence SET away_from = CASE"
          + " WHEN seen_at > {now} - CAST(? AS BIGINT) THEN away_from"
          + " WHEN seen_at < away_until + CAST(? AS BIGINT) THEN away_from ELSE seen_at END,"
          + " away_until = CASE WHEN seen_at > {now} - CAST(? AS BIGINT) THEN away_until"
          + " ELSE {now} END, seen_at = {now} WHERE id = 1";

  /** Says so only where it has not been said yet: most who ask find no outage. */
  private static final String SEEN_AFTER_OUTAGE =
      SEEN + " AND seen_at <= {now} - CAST(? AS BIGINT)";

  private static final String EXCUSE =
      "UPDATE gatehouse_session SET"
          + " idle_expires_at = (SELECT away_until FROM gatehouse_presence) + CAST(? AS BIGINT),"
          + " purge_at = (LEAST(ends_at, (SELECT away_until FROM gatehouse_presence)"
          + " + CAST(? AS BIGINT)) / 3600000 + 1) * 3600000"
          + " WHERE id_hash = ? AND idle_expires_at <= {now} AND "
          + EXCUSED;

  private final Database database;
  private final long idle;

  public Presence(Database database, Duration idle) {
    this.database = database;
    this.idle = idle.toMillis();
  }

  /** Leaves word. The first one after an outage is what ends it. */
  public void leaveWord() {
    if (database.update(SEEN, OUTAGE.toMillis(), idle, OUTAGE.toMillis()) == 0) {
      database.update(
          "INSERT INTO gatehouse_presence (id, seen_at, away_from, away_until)"
              + " VALUES (1, {now}, 0, 0) ON CONFLICT DO NOTHING");
    }
  }

  /**
   * Gives a session that has come to its end by idleness another idle time from when the database
   * was back, if it was live when the database went away; the same from every node. Whether it
   * lives then is another question: no use moves its other end, and somebody else may have excused
   * it first.
   */
  public void excuse(String idHash) {
    // who asks first after an outage must not have to wait for the next word
    long outage = OUTAGE.toMillis();
    database.update(SEEN_AFTER_OUTAGE, outage, idle, outage, outage);
    database.update(EXCUSE, excusing(idHash, idle));
  }

  /** Excuses a session as part of other work. */
  static int excuse(Statements sql, String idHash, Duration idle) throws SQLException {
    return sql.update(EXCUSE, excusing(idHash, idle.toMillis()));
  }

  private static Object[] excusing(String idHash, long idle) {
    return new Object[] {idle, idle, idHash, idle};
  }
}
