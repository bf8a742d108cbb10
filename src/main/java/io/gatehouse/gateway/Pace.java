package io.gatehouse.gateway;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How slowly a browser may send a body: {@value #LEAST} bytes a second in the mean, with pauses of
 * {@value #PAUSE} s in all above that. The time in which nobody asks for more does not count.
 */
final class Pace {
  static final int LEAST = 512;
  static final int PAUSE = 30;

  private static final long A_BYTE = TimeUnit.SECONDS.toNanos(1) / LEAST;
  private static final long ALL = TimeUnit.SECONDS.toNanos(PAUSE);

  private final LongSupplier nanos;
  private long left = ALL;
  private long since;
  private boolean isAwaited;

  /**
   * @param nanos a clock that only shows differences
   */
  Pace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** From now on it is the browser that is waited for. */
  synchronized void await() {
    since = nanos.getAsLong();
    isAwaited = true;
  }

  /** What is sent fast makes up for pauses before it, but for none that are to come. */
  synchronized void came(int bytes) {
    left = Math.min(ALL, left() + bytes * A_BYTE);
    isAwaited = false;
  }

  /** Boundary: when the last pause is just used up it is not yet. */
  synchronized boolean isTooSlow() {
    return left() < 0;
  }

  private long left() {
    return isAwaited ? left - (nanos.getAsLong() - since) : left;
  }
}
