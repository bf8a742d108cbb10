package io.gatehouse.refresh;

import io.gatehouse.session.SessionKey;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * At most one refresh per session and resource in this JVM, on threads of its own, so that it ends
 * well even when nobody waits for it any more. Bounded, for each provider by itself: one that hangs
 * holds up its own users and nobody else's. What does not fit is refused at once.
 */
final class SingleFlight implements AutoCloseable {
  private static final int THREADS = 32;

  /** More than can be waiting for a token at a time: who got that far is not refused here. */
  private static final int QUEUE = 1024;

  private static final Duration BUSY = Duration.ofSeconds(2);

  private final ConcurrentMap<Destination, Flight> flights = new ConcurrentHashMap<>();
  private final Map<String, ThreadPoolExecutor> threads = new HashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final Duration drain;
  private boolean isStopping;

  /**
   * @param drain how long a stop waits for what is running
   */
  SingleFlight(Duration drain) {
    this.drain = drain;
  }

  /** What a flight brings a token for; who wants one for another resource takes another. */
  record Destination(SessionKey session, Optional<URI> resource) {}

  /** Joins the refresh that is running here, or starts one. */
  CompletableFuture<RefreshOutcome> join(
      Destination key, String provider, Supplier<RefreshOutcome> refresh) {
    Flight mine = new Flight(key, refresh);
    Flight first = flights.putIfAbsent(key, mine);
    if (first != null) {
      return first.outcome;
    }
    try {
      threadsFor(provider).execute(mine);
    } catch (RejectedExecutionException busyOrStopping) {
      mine.refuse();
    }
    return mine.outcome;
  }

  private synchronized ThreadPoolExecutor threadsFor(String provider) {
    if (isStopping) {
      throw new RejectedExecutionException("stopping");
    }
    return threads.computeIfAbsent(provider, id -> newThreads());
  }

  private ThreadPoolExecutor newThreads() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            task -> {
              Thread thread = new Thread(task, "gatehouse-refresh-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** One refresh, and what it brings. Gone from here before anybody hears of its end. */
  private final class Flight implements Runnable {
    private final Destination key;
    private final Supplier<RefreshOutcome> refresh;
    private final CompletableFuture<RefreshOutcome> outcome = new CompletableFuture<>();

    Flight(Destination key, Supplier<RefreshOutcome> refresh) {
      this.key = key;
      this.refresh = refresh;
    }

    @Override
    public void run() {
      try {
        RefreshOutcome brought = refresh.get();
        flights.remove(key, this);
        outcome.complete(brought);
      } catch (RuntimeException | Error e) {
        flights.remove(key, this);
        outcome.completeExceptionally(e);
      }
    }

    void refuse() {
      flights.remove(key, this);
      outcome.complete(new RefreshOutcome.Unavailable(BUSY));
    }
  }

  /**
   * Starts nothing any more, refuses what has no thread yet, and lets what is running finish. What
   * takes longer is left behind and not interrupted: an interrupt in the middle of H2's file access
   * would close the file for everybody.
   */
  @Override
  public void close() {
    List<ThreadPoolExecutor> stopped = stopped();
    List<Runnable> waiting = new ArrayList<>();
    stopped.forEach(pool -> pool.getQueue().drainTo(waiting));
    waiting.forEach(flight -> ((Flight) flight).refuse());
    long end = System.nanoTime() + drain.toNanos();
    try {
      for (ThreadPoolExecutor pool : stopped) {
        pool.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<ThreadPoolExecutor> stopped() {
    isStopping = true;
    threads.values().forEach(ThreadPoolExecutor::shutdown);
    return List.copyOf(threads.values());
  }
}
