package io.gatehouse.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The database's time, which all nodes share, as far as its last answers tell. For decisions in
 * Java; conditions in SQL use the database's own.
 *
 * <p>Between answers it runs on by the node's monotonic timer, so a node whose wall clock is wrong
 * or jumps decides as all others do.
 */
public final class DatabaseClock extends Clock {
  private static final long QUICK = Duration.ofMillis(50).toNanos();
  private static final long OLD = Duration.ofSeconds(10).toNanos();

  private record Reading(Instant instant, long atNanos) {}

  private final Clock node;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Reading> last;

  /**
   * @param node only asked before the database has answered for the first time
   */
  public DatabaseClock(Clock node) {
    this(node, System::nanoTime);
  }

  DatabaseClock(Clock node, LongSupplier nanoTime) {
    this(node, nanoTime, new AtomicReference<>());
  }

  private DatabaseClock(
      Clock node, LongSupplier nanoTime, AtomicReference<@Nullable Reading> last) {
    this.node = node;
    this.nanoTime = nanoTime;
    this.last = last;
  }

  /** To be taken before a question and given to {@link #told} with its answer. */
  long asking() {
    return nanoTime.getAsLong();
  }

  void told(long databaseMillis, long askedAtNanos) {
    long now = nanoTime.getAsLong();
    long roundTrip = now - askedAtNanos;
    Reading known = last.get();
    // a slow answer says little about now, but in the long run more than our own timer
    if (known == null || roundTrip <= QUICK || now - known.atNanos() > OLD) {
      last.set(new Reading(Instant.ofEpochMilli(databaseMillis), askedAtNanos + roundTrip / 2));
    }
  }

  @Override
  public Instant instant() {
    Reading known = last.get();
    return known == null
        ? node.instant()
        : known.instant().plusNanos(nanoTime.getAsLong() - known.atNanos());
  }

  @Override
  public ZoneId getZone() {
    return node.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new DatabaseClock(node.withZone(zone), nanoTime, last);
  }
}
