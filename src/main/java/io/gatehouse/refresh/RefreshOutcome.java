package io.gatehouse.refresh;

import io.gatehouse.session.Session;
import java.time.Duration;

/** The answer to "an access token, please". */
public sealed interface RefreshOutcome {
  /** A session whose access token, for the resource asked for, is good now. */
  record Fresh(Session session) implements RefreshOutcome {}

  /** There is no session, or nothing can renew it any more: sign in again. */
  record SessionEnded() implements RefreshOutcome {}

  /** The session lives, but the provider gives it no token for that resource (RFC 8707 §2). */
  record TargetRefused(Duration retryAfter) implements RefreshOutcome {}

  /** The session lives, but no usable access token can be had just now: try again later. */
  record Unavailable(Duration retryAfter) implements RefreshOutcome {}
}
