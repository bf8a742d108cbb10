package io.gatehouse.refresh;

import java.time.Duration;

/** Lets time pass. */
@FunctionalInterface
interface Pause {
  /**
   * @throws InterruptedException when the server stops and there is nothing to wait for any more
   */
  void take(Duration length) throws InterruptedException;

  /** Ends the pauses that are being taken, and all later ones at once. */
  default void end() {}
}
