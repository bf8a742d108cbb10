package io.gatehouse.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many threads through one barrier. */
public final class AtOnce {
  /** What one of them does. */
  @FunctionalInterface
  public interface Task {
    void run(int number) throws Exception;
  }

  private AtOnce() {}

  /** Lets them go together and waits for all; fails when one fails. */
  public static void run(int threads, Task task) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CyclicBarrier barrier = new CyclicBarrier(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        running.add(
            pool.submit(
                () -> {
                  barrier.await(10, TimeUnit.SECONDS);
                  task.run(number);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("one of " + threads + " failed", e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      pool.shutdownNow();
    }
  }
}
