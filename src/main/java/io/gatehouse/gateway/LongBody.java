package io.gatehouse.gateway;

import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A body that comes or goes up for so long that its session may end meanwhile: an event stream, a
 * large file. Then it breaks off. While nobody can tell it goes on.
 */
final class LongBody implements Watch.Watched {
  private static final Logger LOG = Logger.getLogger(LongBody.class.getName());

  private final BooleanSupplier isOver;
  private final Runnable cut;
  private boolean isLong;

  /**
   * @param isOver whether the session has ended; throws when nobody can tell
   */
  LongBody(BooleanSupplier isOver, Runnable cut) {
    this.isOver = isOver;
    this.cut = cut;
  }

  /** The first look asks nothing: most are over before the second. */
  @Override
  public void look() {
    if (!isLong) {
      isLong = true;
      return;
    }
    try {
      if (isOver.getAsBoolean()) {
        cut.run();
      }
    } catch (RuntimeException unknown) {
      LOG.log(Level.FINE, "The session of a long body cannot be looked up", unknown);
    }
  }
}
