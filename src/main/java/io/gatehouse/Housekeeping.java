package io.gatehouse;

import io.gatehouse.store.Presence;
import io.gatehouse.store.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;

/**
 * The work on the database that no request waits for, done by one thread of each node: prepares the
 * tables of a database that was away at the start, leaves word in it, and removes what is over,
 * about every minute. Nodes need not agree on who does it: whoever comes second finds nothing to
 * remove.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class.getName());
  private static final Pace USUAL =
      new Pace(Duration.ofSeconds(2), Presence.PACE, Duration.ofMinutes(1));

  /** Rows removed by one statement: few enough that nobody waits for their locks. */
  static final int BATCH = 500;

  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final Runnable tables;
  private final Runnable word;
  private final List<Purge> purges;
  private final RandomGenerator random;
  private final Pace pace;
  private final ScheduledThreadPoolExecutor thread;
  private volatile boolean areTablesReady;
  private volatile String told = "";

  /** Removes up to {@code limit} rows that are over; returns how many. */
  @FunctionalInterface
  interface Purge {
    int batch(int limit);
  }

  /**
   * @param whileAway pause between two attempts to reach the database
   * @param betweenWords pause between two words left in it
   * @param betweenPurges pause between two rounds of removing
   */
  record Pace(Duration whileAway, Duration betweenWords, Duration betweenPurges) {}

  /**
   * @param tables brings the tables into being; an {@link IllegalStateException} says that they are
   *     not what this version needs, and what to do about it
   * @param word that the database can be used, see {@link Presence}
   */
  Housekeeping(Runnable tables, Runnable word, List<Purge> purges, RandomGenerator random) {
    this(tables, word, purges, random, USUAL);
  }

  Housekeeping(
      Runnable tables, Runnable word, List<Purge> purges, RandomGenerator random, Pace pace) {
    this.tables = tables;
    this.word = word;
    this.purges = List.copyOf(purges);
    this.random = random;
    this.pace = pace;
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
   * Prepares the tables, or goes on trying in the background where the database is away; then keeps
   * them small.
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
    }
    next();
  }

  /** For readiness: whether the tables have been found as they must be. */
  boolean areTablesReady() {
    return areTablesReady;
  }

  boolean isStopping() {
    return thread.isShutdown();
  }

  private void round() {
    try {
      if (areTablesReady) {
        purge();
      } else {
        prepareLate();
      }
    } finally {
      next();
    }
  }

  private void prepareLate() {
    try {
      prepare();
      LOG.info("The tables of the database are ready; requests are served.");
    } catch (RuntimeException notYet) {
      tell(notYet instanceof IllegalStateException ? Level.SEVERE : Level.WARNING, notYet);
    }
  }

  private void prepare() {
    tables.run();
    areTablesReady = true;
    in(Duration.ZERO, this::leaveWord);
  }

  private void leaveWord() {
    Duration pause = pace.betweenWords();
    try {
      word.run();
    } catch (StoreUnavailable away) {
      // a database that is only busy shall not look as if it had been away
      pause = pace.whileAway();
      LOG.log(Level.FINE, "no word left", away);
    } catch (RuntimeException bug) {
      LOG.log(Level.WARNING, "No word could be left in the database", bug);
    } finally {
      in(pause, this::leaveWord);
    }
  }

  private void purge() {
    try {
      for (Purge purge : purges) {
        boolean isThereMore = true;
        while (isThereMore && !isStopping()) {
          // what an outage excuses is not over; and many batches must not look like one
          word.run();
          isThereMore = purge.batch(BATCH) == BATCH;
        }
      }
    } catch (StoreUnavailable away) {
      // requests and readiness tell; what is over can wait
      LOG.log(Level.FINE, "nothing purged", away);
    } catch (RuntimeException bug) {
      LOG.log(Level.WARNING, "What is over could not be removed from the database", bug);
    }
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

  private void next() {
    in(areTablesReady ? pace.betweenPurges() : pace.whileAway(), this::round);
  }

  private void in(Duration pause, Runnable task) {
    try {
      var unused = thread.schedule(task, jittered(pause, random).toMillis(), TimeUnit.MILLISECONDS);
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
