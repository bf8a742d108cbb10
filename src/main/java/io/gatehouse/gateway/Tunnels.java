package io.gatehouse.gateway;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;

/** Every WebSocket that is open at this node. */
public final class Tunnels implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  /** Half of the threads that Liberty starts with. */
  private static final int HELD = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
  private final Executor room;
  private final LongSupplier nanos;
  private final Openings opening = new Openings(HELD);
  private final Semaphore stalled = new Semaphore(HELD);
  private volatile boolean isStopping;
  private final Watch watch = new Watch();

  /**
   * A signal that stops the server comes here at the same time as to Liberty, which would wait 30 s
   * for open connections before it stops applications, and then cut them.
   */
  private final Thread stop = new Thread(this::sayGoodbye, "gatehouse-tunnels-stop");

  /**
   * @param room threads that wait for browsers to take what comes
   */
  public Tunnels(Executor room) {
    this(room, System::nanoTime);
  }

  Tunnels(Executor room, LongSupplier nanos) {
    this.room = room;
    this.nanos = nanos;
    Runtime.getRuntime().addShutdownHook(stop);
  }

  /**
   * @param left told once, when it is over
   */
  Tunnel open(EndPoint connection, Tunnel.Terms terms, Runnable left) {
    Tunnel made = new Tunnel(connection, terms, this, nanos, left);
    open.add(made);
    watch.begin(made);
    if (isStopping) {
      made.end(Ending.STOPPING);
    }
    return made;
  }

  void forget(Tunnel over) {
    open.remove(over);
    watch.end(over);
  }

  Watch watch() {
    return watch;
  }

  /** Threads of the container that may wait for protected resources to open one. */
  Openings opening() {
    return opening;
  }

  /** Threads of the container that may wait for protected resources to take more. */
  Semaphore stalled() {
    return stalled;
  }

  /** Threads that may wait for browsers. */
  Executor room() {
    return room;
  }

  /** Does what may have to wait for a browser, even where all threads wait for others. */
  void later(Runnable task) {
    try {
      room.execute(task);
    } catch (RuntimeException full) {
      daemon(task, "gatehouse-tunnel").start();
    }
  }

  private void sayGoodbye() {
    isStopping = true;
    open.forEach(each -> each.end(Ending.STOPPING));
  }

  /** Says goodbye to every browser, and waits a little for them to hear it. */
  @Override
  public void close() {
    sayGoodbye();
    long deadline = System.nanoTime() + LAST_WORDS.toNanos();
    try {
      while (!open.isEmpty() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    watch.close();
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException running) {
      // it is what led here
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
