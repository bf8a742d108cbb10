package io.gatehouse.session;

import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.Presence;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.SessionRow;
import io.gatehouse.store.SessionTable;
import io.gatehouse.store.StoreUnavailable;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Who may refresh which session. {@code false} always means that the session is no longer as seen:
 * read again, decide again.
 */
public final class SessionLeases {
  private final SessionTable table;
  private final LeaseTable leases;
  private final Presence presence;
  private final SessionRecords records;
  private final NearCache cache;

  SessionLeases(
      SessionTable table,
      LeaseTable leases,
      Presence presence,
      SessionRecords records,
      NearCache cache) {
    this.table = table;
    this.leases = leases;
    this.presence = presence;
    this.records = records;
    this.cache = cache;
  }

  /**
   * Takes the lease for refreshing {@code seen}.
   *
   * @param owner new for every lease
   */
  public boolean acquire(Session seen, String owner, Duration lease) {
    String idHash = seen.key().idHash();
    return change(
        seen,
        () -> {
          try {
            return leases.acquire(idHash, seen.generation(), owner, lease);
          } catch (StoreUnavailable lost) {
            return leases.isHeldBy(idHash, owner); // or nobody would have it until it runs out
          }
        });
  }

  /** Gives up on an owner whose lease has run out; it may still {@link #replace} for a moment. */
  public boolean callOff(Session seen, Duration mercy) {
    return change(seen, () -> leases.callOff(seen.key().idHash(), seen.generation(), mercy));
  }

  /**
   * Seals new tokens for {@link #replace}.
   *
   * @param renewed the session as it will be with them
   */
  public Replacement replacement(Session renewed) {
    return new Replacement(renewed, records.row(renewed));
  }

  /** Puts new tokens in the place of the old, if the lease is still this owner's. */
  public boolean replace(Replacement replacement, String owner) {
    return change(replacement.session(), () -> commit(replacement.row(), owner));
  }

  private boolean commit(SessionRow renewed, String owner) {
    if (leases.commit(renewed, owner)) {
      return true;
    }
    // kept waiting by the database until the session had become idle; or somebody else excused it
    presence.excuse(renewed.idHash());
    return leases.commit(renewed, owner);
  }

  /** Whether it is this very replacement that the store holds now. */
  public boolean holds(Replacement replacement) {
    return table
        .find(replacement.row().idHash())
        .filter(row -> row.payload().isSameAs(replacement.row().payload()))
        .isPresent();
  }

  /** Frees the lease without new tokens; nobody takes it before {@code backOff} is over. */
  public boolean release(Session seen, String owner, RefreshState known, Duration backOff) {
    return change(
        seen, () -> leases.release(seen.key().idHash(), seen.generation(), owner, known, backOff));
  }

  /** Ends a session whose refresh token is dead, if it is still this owner's to decide. */
  public boolean end(Session seen, String owner) {
    return change(seen, () -> leases.delete(seen.key().idHash(), seen.generation(), owner));
  }

  private boolean change(Session session, BooleanSupplier change) {
    try {
      return change.getAsBoolean();
    } finally {
      // also when the store did not answer: it may have happened
      cache.changed(session.key());
    }
  }
}
