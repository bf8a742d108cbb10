package io.gatehouse.session;

import io.gatehouse.oauth.SessionId;
import java.util.List;
import java.util.Optional;

/**
 * A session that was opened, and what had to end for it.
 *
 * @param replaced what the browser had before
 * @param oldest of the same user, who had too many
 */
public record Opened(
    SessionId id, Session session, Optional<Session> replaced, List<Session> oldest) {

  static Opened of(
      SessionId id, Session session, Optional<SessionKey> replaced, List<Session> ended) {
    return new Opened(
        id,
        session,
        ended.stream().filter(old -> replaced.equals(Optional.of(old.key()))).findFirst(),
        ended.stream().filter(old -> !replaced.equals(Optional.of(old.key()))).toList());
  }
}
