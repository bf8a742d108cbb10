package io.gatehouse.authorizationserver;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.token.KeySet;
import io.gatehouse.token.StaticKeySet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A provider's published keys (RFC 7517 §5). A header that none of them fits makes it look once
 * more, at most once per interval whatever arrives, since anybody can invent a {@code kid}; and
 * only a few wait for what a look brings.
 */
public final class RemoteKeySet implements KeySet {
  static final Duration REFETCH_INTERVAL = Duration.ofSeconds(30);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /**
   * At a time, the one who looks included: threads that a provider which hangs can hold. Half of
   * those that Liberty starts with.
   */
  static final int LONGEST_LINE = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final Supplier<Optional<StaticKeySet>> fetch;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private final Semaphore line = new Semaphore(LONGEST_LINE);
  private volatile StaticKeySet current;
  private volatile Instant refetchAt;

  /**
   * @param fetch gives nothing when it fails: the old keys stay
   */
  RemoteKeySet(StaticKeySet first, Supplier<Optional<StaticKeySet>> fetch, Clock clock) {
    this.current = first;
    this.fetch = fetch;
    this.clock = clock;
    this.refetchAt = clock.instant().plus(REFETCH_INTERVAL);
  }

  @Override
  public List<JWK> keys(JWSHeader header) {
    List<JWK> fitting = current.keys(header);
    if (!fitting.isEmpty() || !(isDue() || fetching.isLocked()) || !line.tryAcquire()) {
      return fitting;
    }
    try {
      refetch();
    } finally {
      line.release();
    }
    return current.keys(header);
  }

  @Override
  public JWKSet jwkSet() {
    return current.jwkSet();
  }

  private boolean isDue() {
    // due at the instant itself
    return !clock.instant().isBefore(refetchAt);
  }

  /** Those who come while another fetches wait for what it brings. */
  private void refetch() {
    try {
      if (fetching.tryLock(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          if (isDue()) {
            // before, since the look itself may take long
            refetchAt = clock.instant().plus(REFETCH_INTERVAL);
            fetch.get().ifPresent(keys -> current = keys);
          }
        } finally {
          fetching.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
