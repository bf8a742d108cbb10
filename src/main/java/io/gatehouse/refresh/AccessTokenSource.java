package io.gatehouse.refresh;

import io.gatehouse.oauth.SessionId;

/** The one place that access tokens come from: always good, or a reason why not. */
public final class AccessTokenSource implements AutoCloseable {

  /**
   * The session with an access token that is good now. Counts as use of the session. Waits at most
   * eight seconds, and only when the old token has run out.
   */
  public RefreshOutcome current(SessionId id) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #current}, with a token younger than this call, because the user wants one. */
  public RefreshOutcome refreshNow(SessionId id) {
    throw new UnsupportedOperationException();
  }

  /**
   * As {@link #current}, with a token younger than the one of {@code usedGeneration}, which a
   * protected resource refused (RFC 6750 §3.1).
   */
  public RefreshOutcome refreshAfterRefusal(SessionId id, long usedGeneration) {
    throw new UnsupportedOperationException();
  }

  /** Orderly stop: starts no refresh any more and lets the running ones finish. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
