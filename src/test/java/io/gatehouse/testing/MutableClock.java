package io.gatehouse.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until told otherwise. */
public final class MutableClock extends Clock {
  private final AtomicReference<Instant> now;

  public MutableClock(Instant now) {
    this.now = new AtomicReference<>(now);
  }

  /** Starts at a whole second, as NumericDate has no finer one. */
  public static MutableClock atWholeSecond() {
    return new MutableClock(Instant.parse("2026-03-01T12:00:00Z"));
  }

  public void advance(Duration by) {
    now.updateAndGet(at -> at.plus(by));
  }

  public void set(Instant to) {
    now.set(to);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
