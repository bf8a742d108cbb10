package io.gatehouse.authorizationserver;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Revokes (RFC 7009) beside the request that ended a session. Bounded: what a provider that hangs
 * leaves no room for is told as failed, as is what a stop leaves behind.
 */
public final class RevocationQueue implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int QUEUE = 256;

  /** As long as both requests of a session may take. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(6);

  private final Revocation revocation;
  private final SecurityEvents events;
  private final Duration longestStop;
  private final ThreadPoolExecutor threads;

  public RevocationQueue(Revocation revocation, SecurityEvents events) {
    this(revocation, events, LONGEST_STOP);
  }

  RevocationQueue(Revocation revocation, SecurityEvents events, Duration longestStop) {
    this.revocation = revocation;
    this.events = events;
    this.longestStop = longestStop;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            task -> {
              Thread thread = new Thread(task, "gatehouse-revocation");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** As {@link Revocation#revoke}, and returns at once. */
  public void revoke(
      ProviderConfiguration provider,
      String session,
      Secret accessToken,
      Optional<Secret> refreshToken) {
    Task task = new Task(provider, session, accessToken, refreshToken);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException fullOrStopping) {
      task.fail();
    }
  }

  private final class Task implements Runnable {
    private final ProviderConfiguration provider;
    private final String session;
    private final Secret accessToken;
    private final Optional<Secret> refreshToken;

    Task(
        ProviderConfiguration provider,
        String session,
        Secret accessToken,
        Optional<Secret> refreshToken) {
      this.provider = provider;
      this.session = session;
      this.accessToken = accessToken;
      this.refreshToken = refreshToken;
    }

    @Override
    public void run() {
      revocation.revoke(provider, session, accessToken, refreshToken);
    }

    void fail() {
      events.publish(new RevocationFailed(provider.id(), session));
    }
  }

  /** Orderly stop: takes no more, and works for some seconds on what is there. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(longestStop.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Runnable> left = new ArrayList<>();
    threads.getQueue().drainTo(left);
    left.forEach(task -> ((Task) task).fail());
  }
}
