package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.refresh.RefreshOutcome;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The session that one request's cookie stands for. Asks the store only when asked itself, so that
 * requests that need no session cost none. Not for several threads at once.
 */
public final class CurrentSession {
  private static final String ATTRIBUTE = CurrentSession.class.getName();

  private final Optional<SessionId> id;
  private final SessionStore sessions;
  private final AccessTokenSource tokens;
  private final Map<Optional<URI>, Long> refused = new HashMap<>();

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
   * The live session and an access token of it that is good now.
   *
   * @param token its {@code generation} is what to name when a protected resource refuses it
   */
  public record Granted(Session session, AccessToken token) {}

  /**
   * An access token that is good now, renewed if need be.
   *
   * @param resource that it is for (RFC 8707 §2.2); empty: the session's own
   * @throws RequestRefused 401 when nobody is signed in (any more), 503 when no token can be had
   *     now, 502 when the provider gives none for that resource
   */
  public Granted accessToken(Optional<URI> resource) {
    SessionId presented = presentedId();
    Long usedGeneration = refused.get(resource);
    // what was refused is not offered again, even where this node still remembers it as good
    return granted(
        usedGeneration == null
            ? tokens.current(presented, resource)
            : tokens.refreshAfterRefusal(presented, resource, usedGeneration),
        resource);
  }

  /**
   * As {@link #accessToken}, without waiting: empty when one would have to.
   *
   * @throws RequestRefused 401 when nobody is signed in (any more)
   */
  public Optional<Granted> accessTokenAtHand(Optional<URI> resource) {
    return tokens.atHand(presentedId(), resource).map(outcome -> granted(outcome, resource));
  }

  /**
   * As {@link #accessToken}, after a protected resource refused the token of a generation; from now
   * on, for this request.
   */
  public Granted accessTokenAfterRefusal(Optional<URI> resource, long usedGeneration) {
    refused.put(resource, usedGeneration);
    return accessToken(resource);
  }

  /** The live session with its own access token, younger than this call. */
  public Session refreshed() {
    return granted(tokens.refreshNow(presentedId()), Optional.empty()).session();
  }

  private SessionId presentedId() {
    return id.orElseThrow(
        () -> new RequestRefused(ErrorId.NOT_SIGNED_IN, "To do this, sign in first."));
  }

  private static Granted granted(RefreshOutcome outcome, Optional<URI> resource) {
    if (outcome instanceof RefreshOutcome.Fresh fresh) {
      return new Granted(fresh.session(), fresh.session().accessToken(resource).orElseThrow());
    }
    if (outcome instanceof RefreshOutcome.TargetRefused target) {
      throw new RequestRefused(
          ErrorId.TARGET_REFUSED,
          "The provider gives no access token for the application behind this page.",
          Optional.of(target.retryAfter()));
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
