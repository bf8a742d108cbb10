package io.gatehouse.refresh;

import io.gatehouse.session.SessionKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * At most one refresh per session in this JVM, on threads of its own, so that it ends well even
 * when nobody waits for it any more. Bounded: what does not fit is refused at once.
 */
final class SingleFlight implements AutoCloseable {
  private static final int THREADS = 32;

  /** More than can be waiting for a token at a time: who got that far is not refused here. */
  private static final int QUEUE = 1024;

  private static final Duration BUSY = Duration.ofSeconds(2);

  private final ConcurrentMap<SessionKey, CompletableFuture<RefreshOutcome>> running =
      new ConcurrentHashMap<>();
  private final ExecutorService threads;
  private final Duration drain;

  /**
   * @param drain how long a stop waits for what is running
   */
  SingleFlight(Duration drain) {
    this.drain = drain;
    AtomicInteger number = new AtomicInteger();
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
    this.threads = pool;
  }

  /** Joins the refresh of this session that is running here, or starts one. */
  CompletableFuture<RefreshOutcome> join(SessionKey key, Supplier<RefreshOutcome> refresh) {
    CompletableFuture<RefreshOutcome> mine = new CompletableFuture<>();
    CompletableFuture<RefreshOutcome> first = running.putIfAbsent(key, mine);
    if (first != null) {
      return first;
    }
    try {
      threads.execute(() -> fly(key, mine, refresh));
    } catch (RejectedExecutionException busyOrStopping) {
      running.remove(key, mine);
      mine.complete(new RefreshOutcome.Unavailable(BUSY));
    }
    return mine;
  }

  private void fly(
      SessionKey key, CompletableFuture<RefreshOutcome> mine, Supplier<RefreshOutcome> refresh) {
    try {
      RefreshOutcome outcome = refresh.get();
      running.remove(key, mine);
      mine.complete(outcome);
    } catch (RuntimeException | Error e) {
      running.remove(key, mine);
      mine.completeExceptionally(e);
    }
  }

  /** Starts nothing any more and lets what is running finish. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
