package io.gatehouse.refresh;

import java.time.Duration;

/** Lets time pass. */
@FunctionalInterface
interface Pause {
  void take(Duration length) throws InterruptedException;
}
