package io.gatehouse.store;

import java.time.Duration;
import java.time.Instant;

/**
 * The right to refresh a session, held by at most one node at a time: columns of the session's own
 * row, changed by conditional updates only. {@code false} always means: read again, then decide
 * again. See {@code docs/concurrency.md}.
 */
public final class LeaseTable {
  private final Database database;

  public LeaseTable(Database database) {
    this.database = database;
  }

  /**
   * Takes the lease of a live session whose tokens are still those of {@code generation}.
   *
   * @param owner new for every lease
   */
  public boolean acquire(String idHash, long generation, String owner, Duration lease) {
    return database.update(
            "UPDATE gatehouse_session SET refresh_state = 1, lease_owner = ?,"
                + " lease_expires_at = {now} + CAST(? AS BIGINT), attempts = attempts + 1"
                + " WHERE id_hash = ? AND generation = ? AND next_refresh_at <= {now}"
                + " AND (refresh_state = 0 OR (refresh_state = 2 AND lease_expires_at <= {now}))"
                + " AND "
                + SessionTable.LIVE,
            owner,
            lease.toMillis(),
            idHash,
            generation)
        == 1;
  }

  /** Whether it is this owner that has the lease. */
  public boolean isHeldBy(String idHash, String owner) {
    return !database
        .query(
            "SELECT 1 FROM gatehouse_session"
                + " WHERE id_hash = ? AND lease_owner = ? AND refresh_state = 1",
            row -> true,
            idHash,
            owner)
        .isEmpty();
  }

  /**
   * Gives up on an owner whose lease has run out. It keeps the sole right to commit for {@code
   * mercy}: after an outage of the database it holds the only good tokens and is about to store
   * them.
   */
  public boolean callOff(String idHash, long generation, Duration mercy) {
    return database.update(
            "UPDATE gatehouse_session SET refresh_state = 2,"
                + " lease_expires_at = {now} + CAST(? AS BIGINT)"
                + " WHERE id_hash = ? AND generation = ?"
                + " AND refresh_state = 1 AND lease_expires_at <= {now}",
            mercy.toMillis(),
            idHash,
            generation)
        == 1;
  }

  /**
   * Stores new tokens and frees the lease, if it is still this owner's; even when it has run out,
   * as long as nobody took it. Never into a session that has come to its end meanwhile: others were
   * told so, and a refresh token with a later end must not revive it.
   *
   * @param renewed the generation after the one the lease was taken for. What identifies the user
   *     is written again, since keys roll over
   */
  public boolean commit(SessionRow renewed, String owner) {
    return database.update(
            "UPDATE gatehouse_session SET key_id = ?, nonce = ?, payload = ?,"
                + " subject_index = ?, sid_index = ?,"
                + " access_token_expires_at = CAST(? AS BIGINT), ends_at = CAST(? AS BIGINT),"
                + " purge_at ="
                + " (LEAST(idle_expires_at, CAST(? AS BIGINT)) / 3600000 + 1) * 3600000,"
                + " generation = generation + 1, refresh_state = 0, lease_owner = NULL,"
                + " lease_expires_at = 0, attempts = 0, next_refresh_at = 0"
                + " WHERE id_hash = ? AND generation = ? AND lease_owner = ? AND "
                + SessionTable.LIVE,
            renewed.payload().keyId(),
            renewed.payload().nonce(),
            renewed.payload().ciphertext(),
            renewed.subjectIndex(),
            renewed.sidIndex().orElse(null),
            renewed.accessTokenExpiresAt().map(Instant::toEpochMilli).orElse(null),
            renewed.endsAt().toEpochMilli(),
            renewed.endsAt().toEpochMilli(),
            renewed.idHash(),
            renewed.generation() - 1,
            owner)
        == 1;
  }

  /**
   * Frees the lease without new tokens.
   *
   * @param known what is to be believed of the refresh token from now on
   * @param backOff no refresh before that is over
   */
  public boolean release(
      String idHash, long generation, String owner, RefreshState known, Duration backOff) {
    return database.update(
            "UPDATE gatehouse_session SET refresh_state = CAST(? AS SMALLINT), lease_owner = NULL,"
                + " lease_expires_at = 0, next_refresh_at = {now} + CAST(? AS BIGINT)"
                + " WHERE id_hash = ? AND generation = ? AND lease_owner = ?",
            known.ordinal(),
            backOff.toMillis(),
            idHash,
            generation,
            owner)
        == 1;
  }

  /** Ends a session whose refresh token is dead, if it is still this owner's to decide. */
  public boolean delete(String idHash, long generation, String owner) {
    return database.update(
            "DELETE FROM gatehouse_session"
                + " WHERE id_hash = ? AND generation = ? AND lease_owner = ?",
            idHash,
            generation,
            owner)
        == 1;
  }
}
