package io.gatehouse.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;

/**
 * What may happen only once, at one node of all: insert or refuse. Keys are stored hashed, so that
 * a reader of the table learns no {@code state} and no {@code jti}.
 */
public final class OnceTable {
  private final Database database;

  public OnceTable(Database database) {
    this.database = database;
  }

  /**
   * Whether this is the first time; exactly one caller is told so until {@code keep} is over.
   *
   * @param purpose short name, so that keys of different kinds never meet
   */
  public boolean insert(String purpose, String key, Duration keep) {
    String hash = hash(key);
    // what is over stays until it is purged, and is in the way only of its own like
    return insertRow(purpose, hash, keep)
        || (removeIfOver(purpose, hash) && insertRow(purpose, hash, keep));
  }

  private boolean insertRow(String purpose, String hash, Duration keep) {
    return database.update(
            "INSERT INTO gatehouse_once (purpose, key_hash, expires_at)"
                + " VALUES (?, ?, {now} + CAST(? AS BIGINT)) ON CONFLICT DO NOTHING",
            purpose,
            hash,
            keep.toMillis())
        == 1;
  }

  private boolean removeIfOver(String purpose, String hash) {
    return database.update(
            "DELETE FROM gatehouse_once"
                + " WHERE purpose = ? AND key_hash = ? AND expires_at <= {now}",
            purpose,
            hash)
        == 1;
  }

  public boolean contains(String purpose, String key) {
    return !database
        .query(
            "SELECT 1 FROM gatehouse_once"
                + " WHERE purpose = ? AND key_hash = ? AND expires_at > {now}",
            row -> true,
            purpose,
            hash(key))
        .isEmpty();
  }

  public void remove(String purpose, String key) {
    database.update(
        "DELETE FROM gatehouse_once WHERE purpose = ? AND key_hash = ?", purpose, hash(key));
  }

  /** Removes up to {@code limit} records that are over; returns how many. */
  public int purge(int limit) {
    return database.purge(
        "SELECT purpose, key_hash FROM (SELECT purpose, key_hash FROM gatehouse_once"
            + " WHERE expires_at <= {now} LIMIT ?) AS done ORDER BY purpose, key_hash",
        "DELETE FROM gatehouse_once WHERE purpose = ? AND key_hash = ? AND expires_at <= {now}",
        limit);
  }

  private static String hash(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
