package io.gatehouse.resource;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One line for each refusal, by its reference. Callers choose how many refusals there are, so their
 * lines are bounded (decision D11); our own failures are always told, with their cause.
 */
final class RefusalLog {
  static final int LINES_PER_SECOND = 10;
  private static final Logger LOG = Logger.getLogger(RefusalLog.class.getName());

  private final AtomicLong second = new AtomicLong();
  private final AtomicInteger lines = new AtomicInteger();

  void refused(Refused refused, String reference) {
    String line = refused.refusal().code() + " at /api, reference " + reference;
    if (refused.refusal().status() >= 500) {
      LOG.log(Level.WARNING, line, refused.getCause());
    } else if (mayWrite(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime()))) {
      LOG.info(line);
    }
  }

  /** Roughly: two threads at the turn of a second may share one second's budget. */
  boolean mayWrite(long now) {
    if (second.getAndSet(now) != now) {
      lines.set(0);
    }
    return lines.incrementAndGet() <= LINES_PER_SECOND;
  }
}
