package it.flow;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Many browsers that do the same at once. */
final class Crowd implements AutoCloseable {
  private final ExecutorService threads;
  private final List<CompletableFuture<Visit>> visits;

  Crowd(int size, Supplier<Visit> visit) {
    threads = Executors.newFixedThreadPool(size);
    visits =
        IntStream.range(0, size)
            .mapToObj(one -> CompletableFuture.supplyAsync(visit, threads))
            .toList();
  }

  /** How many have no answer yet. */
  long waiting() {
    return visits.stream().filter(visit -> !visit.isDone()).count();
  }

  /** What each ended with, when all have. */
  List<Integer> statuses() {
    return visits.stream().map(CompletableFuture::join).map(Visit::status).toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
