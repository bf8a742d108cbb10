package io.gatehouse.observe;

import io.gatehouse.oauth.ErrorId;

/**
 * One fact worth keeping. Components become the {@code key=value} pairs of the audit log, so none
 * may hold a secret.
 *
 * <p>{@code provider} is a configured id, {@code session} the handle of a session (never its
 * cookie), {@code reference} what the user was shown, {@code detail} the sentence of a {@code
 * Fault}, {@code address} the client's address or {@code "-"}, {@code path} as the client wrote it,
 * without the query.
 */
public sealed interface SecurityEvent {

  /** The browser was sent to the authorization endpoint (RFC 6749 §4.1.1). */
  record LoginStarted(String provider, String address) implements SecurityEvent {}

  /** An ID token was proven and a session opened. */
  record LoginCompleted(String provider, String subject, String session, String address)
      implements SecurityEvent {}

  /** A login ended without a session. */
  record LoginRefused(
      String provider, ErrorId error, String detail, String reference, String address)
      implements SecurityEvent {}

  /** A new access token is stored (RFC 6749 §6); {@code generation} counts them per session. */
  record TokenRefreshed(String provider, String session, long generation)
      implements SecurityEvent {}

  /** A refresh brought no token; only {@link SessionEnded} says whether the session survived. */
  record RefreshFailed(String provider, String session, RefreshFailure failure)
      implements SecurityEvent {}

  record SessionEnded(String provider, String subject, String session, EndReason reason)
      implements SecurityEvent {}

  /** The user signed out here (RP-Initiated Logout). */
  record LogoutCompleted(String provider, String session, String address)
      implements SecurityEvent {}

  /** The provider ended sessions of one user (Back-Channel Logout §2.5). */
  record BackChannelLogout(String provider, int sessions) implements SecurityEvent {}

  /** The provider ended one of its sessions (Front-Channel Logout §2). */
  record FrontChannelLogout(String provider, int sessions) implements SecurityEvent {}

  /** Revocation (RFC 7009) failed; the token lives until it expires by itself. */
  record RevocationFailed(String provider, String session) implements SecurityEvent {}

  /** A request got an error answer that is no part of a login. */
  record RequestRefused(
      ErrorId error, String detail, String reference, String address, String method, String path)
      implements SecurityEvent {}

  /** How a refresh failed, by what is known about the refresh token afterwards. */
  enum RefreshFailure {
    /** The provider never saw the request: the refresh token is good. */
    NOT_SENT,
    /** The provider answered an error that is not {@code invalid_grant}: the token is good. */
    REFUSED,
    /** The provider gives no token for that resource (RFC 8707 §2): the token is good. */
    TARGET_REFUSED,
    /** Sent and no usable answer: the provider may have rotated the token. */
    UNCERTAIN,
    /** {@code invalid_grant}: the token is dead. */
    INVALID_GRANT
  }

  enum EndReason {
    SIGNED_OUT,
    /** Ended from the list of sessions. */
    ENDED_BY_USER,
    BACK_CHANNEL_LOGOUT,
    FRONT_CHANNEL_LOGOUT,
    REPLACED_BY_LOGIN,
    /** The user's oldest, over {@code gatehouse.session.max-per-user}. */
    TOO_MANY,
    INVALID_GRANT,
    /** No key of ours opens the record. */
    UNREADABLE
  }
}
