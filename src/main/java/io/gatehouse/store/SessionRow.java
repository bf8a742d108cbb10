package io.gatehouse.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the session table: what must be found, compared or counted without opening {@code
 * payload}.
 *
 * @param idHash hash of the browser's session id
 * @param subjectIndex,sidIndex what {@link Sealer#indexes} made of {@code sub} and {@code sid}
 * @param endsAt the end that use cannot move
 * @param generation counts the tokens of the session; moves with every refresh
 * @param leaseExpiresAt see {@link LeaseTable}
 * @param attempts leases taken since the last refresh that succeeded
 * @param nextRefreshAt back-off
 */
public record SessionRow(
    String idHash,
    String handle,
    String provider,
    String subjectIndex,
    Optional<String> sidIndex,
    Instant createdAt,
    Instant lastUsedAt,
    Instant idleExpiresAt,
    Instant absoluteExpiresAt,
    Instant endsAt,
    Optional<Instant> accessTokenExpiresAt,
    long generation,
    RefreshState refreshState,
    Instant leaseExpiresAt,
    int attempts,
    Instant nextRefreshAt,
    Sealed payload) {

  static final String COLUMNS =
      "id_hash, handle, provider, subject_index, sid_index, created_at, last_used_at,"
          + " idle_expires_at, absolute_expires_at, ends_at, access_token_expires_at, generation,"
          + " refresh_state, lease_expires_at, attempts, next_refresh_at, key_id, nonce, payload";

  static SessionRow read(ResultSet row) throws SQLException {
    return new SessionRow(
        row.getString("id_hash"),
        row.getString("handle"),
        row.getString("provider"),
        row.getString("subject_index"),
        Optional.ofNullable(row.getString("sid_index")),
        instant(row, "created_at"),
        instant(row, "last_used_at"),
        instant(row, "idle_expires_at"),
        instant(row, "absolute_expires_at"),
        instant(row, "ends_at"),
        row.getObject("access_token_expires_at") == null
            ? Optional.empty()
            : Optional.of(instant(row, "access_token_expires_at")),
        row.getLong("generation"),
        RefreshState.of(row.getInt("refresh_state")),
        instant(row, "lease_expires_at"),
        row.getInt("attempts"),
        instant(row, "next_refresh_at"),
        new Sealed(row.getString("key_id"), row.getBytes("nonce"), row.getBytes("payload")));
  }

  /** The values of {@link #COLUMNS}, in their order. */
  @Nullable Object[] values() {
    return new @Nullable Object[] {
      idHash,
      handle,
      provider,
      subjectIndex,
      sidIndex.orElse(null),
      createdAt.toEpochMilli(),
      lastUsedAt.toEpochMilli(),
      idleExpiresAt.toEpochMilli(),
      absoluteExpiresAt.toEpochMilli(),
      endsAt.toEpochMilli(),
      accessTokenExpiresAt.map(Instant::toEpochMilli).orElse(null),
      generation,
      refreshState.ordinal(),
      leaseExpiresAt.toEpochMilli(),
      attempts,
      nextRefreshAt.toEpochMilli(),
      payload.keyId(),
      payload.nonce(),
      payload.ciphertext()
    };
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }
}
