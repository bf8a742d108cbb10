package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.ErrorId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something fetched from a provider and kept: one fetch at a time, renewed behind the back of those
 * who use it, an old value rather than none, and a pause after each failure.
 */
final class Kept<T> {
  static final Duration FRESH = Duration.ofMinutes(15);
  static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  /** Nobody signs in meanwhile, so even a provider that asks for more is asked again then. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Supplier<T> fetch;
  private final Clock clock;
  private final Executor background;
  private final Duration longestWait;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable T value;
  private volatile Instant renewAt = Instant.MIN;
  private volatile @Nullable ProviderFault failure;

  /**
   * @param fetch throws {@link ProviderFault} when it fails
   * @param longestWait for the first value, while somebody else fetches it
   */
  Kept(Supplier<T> fetch, Clock clock, Executor background, Duration longestWait) {
    this.fetch = fetch;
    this.clock = clock;
    this.background = background;
    this.longestWait = longestWait;
  }

  /**
   * @param asked by the provider, after a failure
   */
  static Duration pause(Optional<Duration> asked) {
    Duration pause = asked.orElse(PAUSE_AFTER_FAILURE);
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** The value: at once when there is one, however old. */
  T get() throws ProviderFault {
    T present = value;
    if (present == null) {
      return first();
    }
    renewInBackground();
    return present;
  }

  /** The value if there is one now; asking for it starts a fetch when one is due. */
  Optional<T> peek() {
    renewInBackground();
    return Optional.ofNullable(value);
  }

  private boolean isDue() {
    // due at the instant itself
    return !clock.instant().isBefore(renewAt);
  }

  private void renewInBackground() {
    if (isDue() && !fetching.isLocked()) {
      background.execute(this::renewIfDue);
    }
  }

  private void renewIfDue() {
    if (fetching.tryLock()) {
      try {
        if (isDue()) {
          renew();
        }
      } finally {
        fetching.unlock();
      }
    }
  }

  private T first() {
    if (!lockForFirst()) {
      throw failedBefore();
    }
    try {
      if (value == null && isDue()) {
        renew();
      }
      T present = value;
      if (present == null) {
        throw failedBefore();
      }
      return present;
    } finally {
      fetching.unlock();
    }
  }

  /** Everybody waits for the very first fetch; once one has failed, nobody queues behind a next. */
  private boolean lockForFirst() {
    try {
      return failure == null
          ? fetching.tryLock(longestWait.toNanos(), TimeUnit.NANOSECONDS)
          : fetching.tryLock();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void renew() {
    renewAt = clock.instant().plus(PAUSE_AFTER_FAILURE);
    try {
      value = fetch.get();
      failure = null;
      renewAt = clock.instant().plus(FRESH);
    } catch (ProviderFault fault) {
      failure = fault;
      renewAt = clock.instant().plus(fault.retryAfter().orElse(PAUSE_AFTER_FAILURE));
    }
  }

  private ProviderFault failedBefore() {
    ProviderFault last = failure;
    return last == null
        ? new ProviderFault(
            ErrorId.PROVIDER_UNREACHABLE,
            "The provider has not answered yet.",
            Optional.of(PAUSE_AFTER_FAILURE),
            null)
        : new ProviderFault(
            last.id(),
            last.detail(),
            Optional.of(last.retryAfter().orElse(PAUSE_AFTER_FAILURE)),
            last);
  }
}
