package io.gatehouse.resource;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One line for each refusal, by its reference. Callers choose how many there are, also while the
 * provider or the database is away, so lines are bounded (decision D11): for the callers' mistakes
 * and for failures of ours each by a budget of its own.
 */
final class RefusalLog {
  static final int LINES_PER_SECOND = 10;

  private static final Logger LOG = Logger.getLogger(RefusalLog.class.getName());
  private static final long SECOND = 1_000_000_000;

  private final LongSupplier nanoTime;
  private final Budget mistakes = new Budget();
  private final Budget failures = new Budget();

  RefusalLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void refused(Refused refused, String reference) {
    boolean isOurs = refused.refusal().status() >= 500;
    if ((isOurs ? failures : mistakes).mayWrite(nanoTime.getAsLong() / SECOND)) {
      String line = refused.refusal().code() + " at /api, reference " + reference;
      LOG.log(isOurs ? Level.WARNING : Level.INFO, line + causes(refused.getCause()));
    }
  }

  /** Classes and where they were thrown, without messages: databases quote what they choke on. */
  private static String causes(@Nullable Throwable cause) {
    StringBuilder causes = new StringBuilder();
    for (Throwable next = cause; next != null; next = next.getCause()) {
      StackTraceElement[] frames = next.getStackTrace();
      causes.append(", caused by ").append(next.getClass().getName());
      causes.append(frames.length == 0 ? "" : " at " + frames[0]);
    }
    return causes.toString();
  }

  private static final class Budget {
    private final AtomicLong second = new AtomicLong();
    private final AtomicInteger lines = new AtomicInteger();

    /** Roughly: two threads at the turn of a second may share one second's budget. */
    boolean mayWrite(long now) {
      if (second.getAndSet(now) != now) {
        lines.set(0);
      }
      return lines.incrementAndGet() <= LINES_PER_SECOND;
    }
  }
}
