package io.gatehouse.observe;

import java.time.Duration;

/** So many lines in each minute; counts what it refuses. */
public final class LineBudget {
  private static final long WINDOW = Duration.ofMinutes(1).toMillis();

  private final int perWindow;
  private long windowEndsAt = Long.MIN_VALUE;
  private int spent;
  private long leftOut;

  public LineBudget(int perWindow) {
    this.perWindow = perWindow;
  }

  /**
   * @param leftOutBefore lines refused in the window that has just ended, told once
   * @param isLast whether this grant was the last of its window
   */
  public record Verdict(boolean isGranted, boolean isLast, long leftOutBefore) {}

  /**
   * @param now milliseconds of any clock
   */
  public synchronized Verdict spend(long now) {
    long leftOutBefore = 0;
    // a window holds its first instant and not its last
    if (now >= windowEndsAt) {
      leftOutBefore = leftOut;
      windowEndsAt = now + WINDOW;
      spent = 0;
      leftOut = 0;
    }
    if (spent == perWindow) {
      leftOut++;
      return new Verdict(false, false, leftOutBefore);
    }
    spent++;
    return new Verdict(true, spent == perWindow, leftOutBefore);
  }
}
