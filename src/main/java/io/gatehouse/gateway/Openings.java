package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.web.RequestRefused;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * WebSockets that are being opened: so many that enough threads of the container are left, and one
 * of a session, as browsers have at most one connection at a time that is opening (RFC 6455 §4.1).
 */
final class Openings {
  private static final Duration SOON = Duration.ofSeconds(2);

  private final Semaphore threads;
  private final Set<SessionKey> sessions = ConcurrentHashMap.newKeySet();

  Openings(int threads) {
    this.threads = new Semaphore(threads);
  }

  /**
   * @return to be called once, when it is open or is not going to be
   * @throws RequestRefused 503 when it cannot be opened now
   */
  Runnable begin(Optional<SessionKey> session) {
    if (session.isPresent() && !sessions.add(session.get())) {
      throw busy("You are opening another WebSocket.");
    }
    if (!threads.tryAcquire()) {
      session.ifPresent(sessions::remove);
      throw busy("Too many WebSockets are being opened.");
    }
    return () -> {
      session.ifPresent(sessions::remove);
      threads.release();
    };
  }

  private static RequestRefused busy(String what) {
    return new RequestRefused(
        ErrorId.BUSY, what + " Nothing was done; try again.", Optional.of(SOON));
  }
}
