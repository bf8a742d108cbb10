package io.gatehouse.authorizationserver;

import java.time.Duration;

/** What became of one refresh request (RFC 6749 §6). */
public sealed interface RefreshAnswer {
  /** New tokens. Store them before anybody uses them. */
  record Granted(TokenAnswer answer) implements RefreshAnswer {}

  /** The refresh token is no longer good, says the provider in so many words. */
  record InvalidGrant() implements RefreshAnswer {}

  /** Certainly never reached the provider: the refresh token is as good as before. */
  record NotSent(Duration retryAfter) implements RefreshAnswer {}

  /** The fence kept it from being sent, which says nothing about the provider. */
  record Fenced() implements RefreshAnswer {}

  /** The provider answered and did not rotate: the refresh token is as good as before. */
  record Refused(Duration retryAfter) implements RefreshAnswer {}

  /**
   * The provider gives no token for the resource asked for, nor will it soon (RFC 8707 §2), and did
   * not rotate: the refresh token is as good as before.
   */
  record TargetRefused(Duration retryAfter) implements RefreshAnswer {}

  /** Sent, and no answer we can read: the provider may have rotated the refresh token. */
  record Uncertain() implements RefreshAnswer {}
}
