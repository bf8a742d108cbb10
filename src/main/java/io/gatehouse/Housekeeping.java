package io.gatehouse;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;

/**
 * The work on the database that no request waits for, done by one thread of each node: prepares the
 * tables of a database that was away at the start.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class.getName());
  private static final Duration AWAY = Duration.ofSeconds(2);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final Runnable tables;
  private final RandomGenerator random;
  private final Duration whileAway;
  private final ScheduledThreadPoolExecutor thread;
  private volatile boolean areTablesReady;
  private volatile String told = "";

  /**
   * @param tables brings the tables into being; an {@link IllegalStateException} says that they are
   *     not what this version needs, and what to do about it
   */
  Housekeeping(Runnable tables, RandomGenerator random) {
    this(tables, random, AWAY);
  }

  /**
   * @param whileAway pause between two attempts to reach the database
   */
  Housekeeping(Runnable tables, RandomGenerator random, Duration whileAway) {
    this.tables = tables;
    this.random = random;
    this.whileAway = whileAway;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "gatehouse-housekeeping");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Prepares the tables, or goes on trying in the background where the database is away.
   *
   * @throws IllegalStateException when the tables are not what this version needs
   */
  void start() {
    try {
      prepare();
    } catch (IllegalStateException unfit) {
      throw unfit;
    } catch (RuntimeException away) {
      tell(Level.WARNING, away);
      later(whileAway);
    }
  }

  /** For readiness: whether the tables have been found as they must be. */
  boolean areTablesReady() {
    return areTablesReady;
  }

  private void round() {
    try {
      prepare();
      LOG.info("The tables of the database are ready; requests are served.");
    } catch (RuntimeException notYet) {
      tell(notYet instanceof IllegalStateException ? Level.SEVERE : Level.WARNING, notYet);
      later(whileAway);
    }
  }

  private void prepare() {
    tables.run();
    areTablesReady = true;
  }

  /** Each reason once: an outage of an hour is no news after its first second. */
  private void tell(Level level, RuntimeException reason) {
    String words = String.valueOf(reason.getMessage());
    if (!words.equals(told)) {
      told = words;
      LOG.log(
          level,
          reason,
          () -> "The database cannot be used; requests get 503 until it can. " + words);
    }
  }

  private void later(Duration pause) {
    try {
      thread.schedule(this::round, jittered(pause, random).toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.log(Level.FINE, "stopping", stopping);
    }
  }

  /** Within a quarter of it: nodes that were started together should not come together. */
  static Duration jittered(Duration pause, RandomGenerator random) {
    return pause.multipliedBy(random.nextInt(75, 126)).dividedBy(100);
  }

  /** Orderly stop: begins nothing any more and lets what is running finish. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
