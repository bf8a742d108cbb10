package io.gatehouse.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that the database keeps callers waiting in vain, so that not every request spends its
 * thread on finding out: one at a time tries, the others fail at once. A database that fails at
 * once costs nobody time and needs none of this.
 */
final class Outage {
  private static final long PAUSE = Duration.ofSeconds(1).toNanos();

  /** Longer than any attempt takes. */
  private static final long ATTEMPT = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanoTime;

  /** When the next one may try; null while the database answers. */
  private final AtomicReference<@Nullable Long> nextAt = new AtomicReference<>();

  Outage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether the caller may ask the database, and then has to tell how it went. */
  @SuppressWarnings("PrimitiveAtomicReference") // the very object that was there
  boolean admits() {
    Long next = nextAt.get();
    if (next == null) {
      return true;
    }
    long now = nanoTime.getAsLong();
    return now - next >= 0 && nextAt.compareAndSet(next, now + ATTEMPT);
  }

  void answered() {
    nextAt.set(null);
  }

  /**
   * @param slowly after having kept the caller waiting
   */
  void failed(boolean slowly) {
    if (slowly || nextAt.get() != null) {
      nextAt.set(nanoTime.getAsLong() + PAUSE);
    }
  }
}
