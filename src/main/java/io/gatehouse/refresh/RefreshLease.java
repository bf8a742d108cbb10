package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.RefreshFence;
import io.gatehouse.config.RefreshConfiguration;
import io.gatehouse.session.Replacement;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionLeases;
import io.gatehouse.store.RefreshState;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The right to send one refresh token once, held by at most one node of all. Runs out by itself, so
 * that a node that dies keeps nobody from refreshing.
 */
final class RefreshLease implements RefreshFence {
  private final SessionLeases leases;
  private final Session seen;
  private final String owner;
  private final long askedAt;
  private final LongSupplier nanoTime;

  private RefreshLease(
      SessionLeases leases, Session seen, String owner, long askedAt, LongSupplier nanoTime) {
    this.leases = leases;
    this.seen = seen;
    this.owner = owner;
    this.askedAt = askedAt;
    this.nanoTime = nanoTime;
  }

  /** Empty when the session is no longer as seen, or somebody else was faster. */
  static Optional<RefreshLease> acquire(
      SessionLeases leases, Session seen, Duration life, LongSupplier nanoTime) {
    // before the database is asked: its answer may be slow, and the lease runs from its clock
    long askedAt = nanoTime.getAsLong();
    String owner = UUID.randomUUID().toString();
    return leases.acquire(seen, owner, life)
        ? Optional.of(new RefreshLease(leases, seen, owner, askedAt, nanoTime))
        : Optional.empty();
  }

  /**
   * The fence: whoever was held up since taking the lease (garbage collection, a frozen machine)
   * does not send any more, since another node may have taken over by the time it arrives.
   */
  @Override
  public boolean holds() {
    return nanoTime.getAsLong() - askedAt <= RefreshConfiguration.SEND_WINDOW.toNanos();
  }

  boolean replace(Replacement replacement) {
    return leases.replace(replacement, owner);
  }

  boolean release(RefreshState known, Duration backOff) {
    return leases.release(seen, owner, known, backOff);
  }

  boolean endSession() {
    return leases.end(seen, owner);
  }
}
