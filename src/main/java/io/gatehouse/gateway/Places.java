package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration.Limits;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.web.RequestRefused;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many calls go on at a time, in all and for one session (D11). */
final class Places {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final int all;
  private final int ofSession;
  private final AtomicInteger taken = new AtomicInteger();
  private final ConcurrentMap<SessionKey, Integer> takenBy = new ConcurrentHashMap<>();

  Places(Limits limits) {
    this(limits.concurrent(), limits.concurrentPerSession());
  }

  Places(int all, int ofSession) {
    this.all = all;
    this.ofSession = ofSession;
  }

  /**
   * @return gives the place back; only the first call counts
   * @throws RequestRefused 429 when there is none
   */
  Runnable take(Optional<SessionKey> session) {
    if (taken.incrementAndGet() > all) {
      taken.decrementAndGet();
      throw refused("This address is busy.");
    }
    if (session.isPresent() && takenBy.merge(session.get(), 1, Integer::sum) > ofSession) {
      leave(session);
      throw refused("You have too many requests here at a time.");
    }
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        leave(session);
      }
    };
  }

  private void leave(Optional<SessionKey> session) {
    taken.decrementAndGet();
    session.ifPresent(key -> takenBy.computeIfPresent(key, (k, n) -> n == 1 ? null : n - 1));
  }

  /** Calls that go on, for metrics. */
  int taken() {
    return taken.get();
  }

  private static RequestRefused refused(String what) {
    return new RequestRefused(
        ErrorId.TOO_MANY_CALLS,
        what + " Nothing was done; wait for some to finish and try again.",
        Optional.of(SOON));
  }
}
