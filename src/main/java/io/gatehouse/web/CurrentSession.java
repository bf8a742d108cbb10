package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.refresh.RefreshOutcome;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The session that one request's cookie stands for. Asks the store only when asked itself, so that
 * requests that need no session cost none. Not for several threads at once.
 */
public final class CurrentSession {
  private static final String ATTRIBUTE = CurrentSession.class.getName();

  private final Optional<SessionId> id;
  private final SessionStore sessions;
  private final AccessTokenSource tokens;
  private OptionalLong refused = OptionalLong.empty();

  public CurrentSession(Optional<SessionId> id, SessionStore sessions, AccessTokenSource tokens) {
    this.id = id;
    this.sessions = sessions;
    this.tokens = tokens;
  }

  /** What {@link SessionFilter} put there; every request of ours has one. */
  public static CurrentSession of(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof CurrentSession current) {
      return current;
    }
    throw new IllegalStateException("the session filter comes first");
  }

  /** Makes it the session of this request. */
  public void bindTo(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /** What the cookie says; whether such a session lives is another question. */
  public Optional<SessionId> id() {
    return id;
  }

  /** The live session. Counts as use. */
  public Optional<Session> find() {
    return id.flatMap(sessions::find);
  }

  /** The live session, without extending its idle time. */
  public Optional<Session> peek() {
    return id.flatMap(sessions::peek);
  }

  /**
   * The live session. Counts as use.
   *
   * @throws RequestRefused when there is none: 401
   */
  public Session require() {
    return sessions.find(presentedId()).orElseThrow(CurrentSession::ended);
  }

  /**
   * The live session with an access token that is good now.
   *
   * @throws RequestRefused 401 when nobody is signed in (any more), 503 when no token can be had
   *     now
   */
  public Session withAccessToken() {
    SessionId presented = presentedId();
    // what was refused is not offered again, even where this node still remembers it as good
    return session(
        refused.isPresent()
            ? tokens.refreshAfterRefusal(presented, refused.getAsLong())
            : tokens.current(presented));
  }

  /**
   * As {@link #withAccessToken}, without waiting: empty when one would have to.
   *
   * @throws RequestRefused 401 when nobody is signed in (any more)
   */
  public Optional<Session> atHand() {
    return tokens.atHand(presentedId()).map(CurrentSession::session);
  }

  /** As {@link #withAccessToken}, with a token younger than this call. */
  public Session refreshed() {
    return session(tokens.refreshNow(presentedId()));
  }

  /**
   * As {@link #withAccessToken}, after a protected resource refused the token of a generation; from
   * now on, for this request.
   */
  public Session refreshedAfterRefusal(long usedGeneration) {
    refused = OptionalLong.of(usedGeneration);
    return withAccessToken();
  }

  private SessionId presentedId() {
    return id.orElseThrow(
        () -> new RequestRefused(ErrorId.NOT_SIGNED_IN, "This needs a session; sign in first."));
  }

  private static Session session(RefreshOutcome outcome) {
    if (outcome instanceof RefreshOutcome.Fresh fresh) {
      return fresh.session();
    }
    if (outcome instanceof RefreshOutcome.Unavailable unavailable) {
      throw new RequestRefused(
          ErrorId.REFRESH_UNAVAILABLE,
          "The provider gives no new access token at the moment. You are still signed in.",
          Optional.of(unavailable.retryAfter()));
    }
    throw ended();
  }

  private static RequestRefused ended() {
    return new RequestRefused(
        ErrorId.SESSION_ENDED, "It was used up, ended elsewhere, or never began. Sign in again.");
  }
}
