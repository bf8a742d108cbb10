package io.gatehouse.refresh;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Waits a little longer each time, and not for ever. */
final class Patience {
  private static final Duration FIRST = Duration.ofMillis(50);

  private final long end;
  private final Duration longest;
  private final LongSupplier nanoTime;
  private final Pause pause;
  private Duration next = FIRST;

  Patience(Duration total, Duration longest, LongSupplier nanoTime, Pause pause) {
    this.end = nanoTime.getAsLong() + total.toNanos();
    this.longest = longest;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** Waits; {@code false} when there is no more to wait, or the server is stopping. */
  boolean isLeft() {
    if (nanoTime.getAsLong() + next.toNanos() - end > 0) {
      return false;
    }
    try {
      pause.take(next);
    } catch (InterruptedException stopping) {
      // not passed on: this thread still has things to write, and H2 closes its file for everybody
      // when an interrupted thread comes to it
      return false;
    }
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return true;
  }
}
