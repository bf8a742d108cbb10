package io.gatehouse.gateway;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Looks every now and then, on one thread, at what might last longer than the session it is of. */
final class Watch implements AutoCloseable {
  static final Duration PERIOD = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger(Watch.class.getName());

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "gatehouse-watch");
            made.setDaemon(true);
            return made;
          });

  /** What ends by itself when it is looked at and should no longer be. */
  @FunctionalInterface
  interface Watched {
    /** Must not wait, but for the store. */
    void look();
  }

  Watch() {
    long period = PERIOD.toMillis();
    var unused = thread.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  void begin(Watched lasting) {
    watched.add(lasting);
  }

  void end(Watched over) {
    watched.remove(over);
  }

  /** Looks at it while a task runs. */
  void during(Runnable task, Watched lasting) {
    begin(lasting);
    try {
      task.run();
    } finally {
      end(lasting);
    }
  }

  private void look() {
    for (Watched each : watched) {
      try {
        each.look();
      } catch (RuntimeException unexpected) {
        LOG.log(Level.WARNING, "A WebSocket or a long body is not looked after", unexpected);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
