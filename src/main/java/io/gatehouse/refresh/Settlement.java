package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshAnswer.Granted;
import io.gatehouse.authorizationserver.RefreshAnswer.InvalidGrant;
import io.gatehouse.authorizationserver.RefreshAnswer.NotSent;
import io.gatehouse.authorizationserver.RefreshAnswer.Refused;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.RefreshFailed;
import io.gatehouse.observe.SecurityEvent.RefreshFailure;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvent.TokenRefreshed;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Replacement;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.token.TokenRefused;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What becomes of a session by the provider's answer to its refresh token. */
final class Settlement {
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);
  private static final Duration FOR_RELEASE = Duration.ofSeconds(2);

  private final SessionStore sessions;
  private final RefreshPolicy policy;
  private final SecurityEvents events;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Pause pause;

  Settlement(
      SessionStore sessions,
      RefreshPolicy policy,
      SecurityEvents events,
      Clock clock,
      LongSupplier nanoTime,
      Pause pause) {
    this.sessions = sessions;
    this.policy = policy;
    this.events = events;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** Empty: the session was no longer as seen; read again, decide again. */
  Optional<RefreshOutcome> settle(Attempt attempt, RefreshAnswer answer) {
    Session seen = attempt.seen();
    RefreshState asBefore =
        seen.renewal().state() == RefreshState.UNCERTAIN
            ? RefreshState.UNCERTAIN
            : RefreshState.IDLE;
    if (answer instanceof Granted granted) {
      return store(attempt, granted);
    }
    if (answer instanceof InvalidGrant) {
      return end(attempt);
    }
    if (answer instanceof NotSent notSent) {
      return release(attempt, RefreshFailure.NOT_SENT, asBefore, notSent.retryAfter());
    }
    if (answer instanceof Refused refused) {
      return release(attempt, RefreshFailure.REFUSED, asBefore, refused.retryAfter());
    }
    return release(attempt, RefreshFailure.UNCERTAIN, RefreshState.UNCERTAIN, Duration.ZERO);
  }

  private Optional<RefreshOutcome> store(Attempt attempt, Granted granted) {
    Tokens tokens;
    try {
      tokens = attempt.grant().accept(granted.answer());
    } catch (TokenRefused refused) {
      return release(attempt, RefreshFailure.UNCERTAIN, RefreshState.UNCERTAIN, Duration.ZERO);
    }
    Session seen = attempt.seen();
    Replacement replacement = sessions.leases().replacement(seen, tokens);
    // These are the only good tokens there are: tried for as long as the session could live, since
    // an outage of the database must not sign anybody out. The request is never tried again.
    Duration life = Duration.between(clock.instant(), seen.expiresAt());
    Patience patience = new Patience(life, LONGEST_PAUSE, nanoTime, pause);
    do {
      try {
        return stored(attempt, replacement);
      } catch (StoreUnavailable unavailable) {
        // it may have happened nevertheless: the next round finds out
      }
    } while (patience.isLeft());
    return Optional.of(new RefreshOutcome.Unavailable(FOR_RELEASE));
  }

  private Optional<RefreshOutcome> stored(Attempt attempt, Replacement replacement) {
    Session renewed = replacement.session();
    if (attempt.lease().replace(replacement) || sessions.leases().holds(replacement)) {
      events.publish(
          new TokenRefreshed(renewed.provider(), renewed.handle(), renewed.generation()));
      // a commit that took long may have stored what has run out by now: then once more
      return Optional.of(renewed)
          .filter(session -> policy.isGood(session, attempt.wanted(), clock.instant()))
          .map(RefreshOutcome.Fresh::new);
    }
    if (sessions.reread(renewed.key()).isEmpty()) {
      // ended meanwhile: the end wins, and what came too late must not outlive it
      attempt.grant().revoke(renewed.tokens());
      return Optional.of(new RefreshOutcome.SessionEnded());
    }
    return Optional.empty(); // another owner: theirs count, ours do not
  }

  private Optional<RefreshOutcome> end(Attempt attempt) {
    Session seen = attempt.seen();
    events.publish(new RefreshFailed(seen.provider(), seen.handle(), RefreshFailure.INVALID_GRANT));
    // only if nothing has changed since we read the token that was refused
    if (!attempt.lease().endSession()) {
      return Optional.empty();
    }
    ended(seen, EndReason.INVALID_GRANT);
    return Optional.of(new RefreshOutcome.SessionEnded());
  }

  private Optional<RefreshOutcome> release(
      Attempt attempt, RefreshFailure failure, RefreshState known, Duration asked) {
    Session seen = attempt.seen();
    events.publish(new RefreshFailed(seen.provider(), seen.handle(), failure));
    Duration backOff = policy.backOff(seen.renewal().attempts() + 1, asked);
    Patience patience = new Patience(FOR_RELEASE, LONGEST_PAUSE, nanoTime, pause);
    do {
      try {
        return attempt.lease().release(known, backOff)
            ? Optional.of(withOldToken(seen, attempt.wanted(), backOff))
            : Optional.empty();
      } catch (StoreUnavailable unavailable) {
        // it may have happened nevertheless; if it never does, the lease runs out by itself
      }
    } while (patience.isLeft());
    return Optional.of(withOldToken(seen, attempt.wanted(), backOff));
  }

  /** No new token: the old one where it will do. */
  RefreshOutcome withOldToken(Session seen, Wanted wanted, Duration retryAfter) {
    return policy.isGood(seen, wanted, clock.instant())
        ? new RefreshOutcome.Fresh(seen)
        : new RefreshOutcome.Unavailable(retryAfter);
  }

  private void ended(Session session, EndReason reason) {
    events.publish(
        new SessionEnded(session.provider(), session.subject(), session.handle(), reason));
  }
}
