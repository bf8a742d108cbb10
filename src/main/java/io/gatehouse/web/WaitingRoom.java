package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Threads for requests that wait: for a provider, for a protected resource. Were they the
 * container's, one slow provider would stop sign-in and health checks as well, and a resource in
 * this very server would find no thread left to answer with.
 */
public final class WaitingRoom implements Executor, AutoCloseable {
  private static final int SEATS = 512;
  private static final Duration SOON = Duration.ofSeconds(2);

  private final int seats;
  private final ExecutorService threads;

  public WaitingRoom() {
    this(SEATS);
  }

  /**
   * @param seats how many may wait at once
   */
  public WaitingRoom(int seats) {
    this.seats = seats;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            seats,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "gatehouse-waiting-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @throws RequestRefused 503 when every seat is taken, or the server is stopping
   */
  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException full) {
      throw full();
    }
  }

  /** The refusal of who finds no seat. */
  public static RequestRefused full() {
    return new RequestRefused(
        ErrorId.BUSY,
        "Too many requests are waiting for something slow. Nothing was done; try again.",
        Optional.of(SOON));
  }

  /** How many may wait at once. */
  public int seats() {
    return seats;
  }

  /**
   * Answers from a thread of this room.
   *
   * @param waiting reads nothing of the request: the runtime's view of it is empty on any other
   *     thread than its own
   * @param refusals turns what it throws into an answer
   */
  public CompletionStage<Response> answer(
      Supplier<Answer> waiting, Function<Throwable, Answer> refusals) {
    return CompletableFuture.supplyAsync(waiting, this)
        .exceptionally(refusals)
        .thenApply(Answer::toResponse);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
