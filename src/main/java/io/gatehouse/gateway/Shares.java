package io.gatehouse.gateway;

import io.gatehouse.session.SessionKey;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.WaitingRoom;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * The threads of a room for what may last as long as a browser likes, in shares: nobody keeps
 * everybody else out. All visitors without a session hold at most half together, since nobody can
 * tell one from another; a session at most a quarter, rounded up.
 */
final class Shares {
  private final WaitingRoom room;
  private final Semaphore visitors;
  private final Places sessions;

  Shares(WaitingRoom room) {
    this.room = room;
    this.visitors = new Semaphore((room.seats() + 1) / 2);
    // how many they are all together is for the room to say
    this.sessions = new Places(Integer.MAX_VALUE, (room.seats() + 3) / 4);
  }

  /**
   * The threads for one of them.
   *
   * @param session empty: a visitor
   * @return refuses with 429 when a session has its share, with 503 when visitors have theirs or
   *     every thread is taken
   */
  Executor of(Optional<SessionKey> session) {
    return task -> {
      Runnable leave = session.isPresent() ? sessions.take(session) : takeAsVisitor();
      try {
        room.execute(
            () -> {
              try {
                task.run();
              } finally {
                leave.run();
              }
            });
      } catch (RequestRefused full) {
        leave.run();
        throw full;
      }
    };
  }

  private Runnable takeAsVisitor() {
    if (!visitors.tryAcquire()) {
      throw WaitingRoom.full();
    }
    return visitors::release;
  }
}
