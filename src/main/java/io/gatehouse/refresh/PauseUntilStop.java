package io.gatehouse.refresh;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Real time, until it is ended. */
final class PauseUntilStop implements Pause {
  private final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public void take(Duration length) throws InterruptedException {
    if (ended.await(length.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the server stops");
    }
  }

  @Override
  public void end() {
    ended.countDown();
  }
}
