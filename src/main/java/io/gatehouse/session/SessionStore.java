package io.gatehouse.session;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.token.ValidatedIdToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every session there is, at every node. Throws {@code StoreUnavailable} when it cannot tell. */
public final class SessionStore {

  /**
   * A proven sign-in.
   *
   * @param claims about the user that the session keeps for display
   */
  public record Opening(
      String provider,
      ValidatedIdToken idToken,
      Map<String, Object> claims,
      Tokens tokens,
      String userAgent,
      String ip) {}

  /**
   * Opens a session under a new id (no fixation) and destroys the browser's old one in the same
   * step.
   */
  public SessionId open(Opening opening, Optional<SessionKey> replaced) {
    throw new UnsupportedOperationException();
  }

  /** The live session of this id. Counts as use: extends the idle time. */
  public Optional<Session> find(SessionId id) {
    throw new UnsupportedOperationException();
  }

  /** The live session of this id, without extending its idle time. */
  public Optional<Session> peek(SessionId id) {
    throw new UnsupportedOperationException();
  }

  /** The live session as the database has it now, past the near cache; no use of it. */
  public Optional<Session> reread(SessionKey key) {
    throw new UnsupportedOperationException();
  }

  /** Ends a session, whoever is refreshing it; returns it so that the caller can revoke. */
  public Optional<Session> end(SessionId id) {
    throw new UnsupportedOperationException();
  }

  /** The user's live sessions at every node, the one used last first. */
  public List<Session> list(String provider, String subject) {
    throw new UnsupportedOperationException();
  }

  /** Ends the session of this handle if it is this user's. */
  public Optional<Session> endByHandle(String provider, String subject, String handle) {
    throw new UnsupportedOperationException();
  }

  /** Ends every session of this user. */
  public List<Session> endBySubject(String provider, String subject) {
    throw new UnsupportedOperationException();
  }

  /** Ends every session that came from this session at the provider. */
  public List<Session> endBySid(String provider, String sid) {
    throw new UnsupportedOperationException();
  }
}
