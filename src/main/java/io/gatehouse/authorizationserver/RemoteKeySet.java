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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A provider's published keys (RFC 7517 §5). A header that none of them fits makes it look once
 * more, at most once per interval whatever arrives, since anybody can invent a {@code kid}.
 */
public final class RemoteKeySet implements KeySet {
  static final Duration REFETCH_INTERVAL = Duration.ofSeconds(30);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final Supplier<Optional<StaticKeySet>> fetch;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
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
    if (fitting.isEmpty() && isDue()) {
      refetch();
      return current.keys(header);
    }
    return fitting;
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
            fetch.get().ifPresent(keys -> current = keys);
            refetchAt = clock.instant().plus(REFETCH_INTERVAL);
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
