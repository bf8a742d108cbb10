package io.gatehouse.login;

import io.gatehouse.oauth.SessionId;

/** What an authorization response led to, when it was in order. */
sealed interface Completed {
  /** A session was opened; its id goes into the cookie. */
  record SignedIn(SessionId session, LoginTransaction transaction) implements Completed {}

  /** Somebody was quicker with the same state: a double click, the back button, a replay. */
  record UsedBefore(LoginTransaction transaction) implements Completed {}

  /**
   * The person took too long; nothing was sent and nothing is lost.
   *
   * @param mayBeUsed whether the same state may have signed somebody in while it was good
   */
  record Expired(LoginTransaction transaction, boolean mayBeUsed) implements Completed {}
}
