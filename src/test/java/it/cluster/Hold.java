package it.cluster;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What a {@link TcpProxy} keeps back until it is told to let go. */
final class Hold {
  /** Of an exchange: what is asked, or what is answered. */
  enum Part {
    REQUEST,
    ANSWER
  }

  private final Part part;
  private final List<String> words;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  Hold(Part part, List<String> words) {
    this.part = part;
    this.words = words;
  }

  boolean isReached() {
    return reached.getCount() == 0;
  }

  void release() {
    released.countDown();
  }

  boolean isFor(Part asked, String request) {
    return part == asked && released.getCount() > 0 && words.stream().allMatch(request::contains);
  }

  void keep() {
    reached.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
