package io.gatehouse.refresh;

import static java.time.temporal.ChronoUnit.MILLIS;

import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshAnswer.Fenced;
import io.gatehouse.authorizationserver.RefreshAnswer.Granted;
import io.gatehouse.authorizationserver.RefreshAnswer.InvalidGrant;
import io.gatehouse.authorizationserver.RefreshAnswer.NotSent;
import io.gatehouse.authorizationserver.RefreshAnswer.Refused;
import io.gatehouse.authorizationserver.RefreshAnswer.TargetRefused;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.RefreshFailed;
import io.gatehouse.observe.SecurityEvent.RefreshFailure;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvent.TokenRefreshed;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Replacement;
import io.gatehouse.session.ResourceGrant;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.token.TokenRefused;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

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
    if (answer instanceof Fenced) {
      return letGo(attempt, asBefore);
    }
    if (answer instanceof NotSent notSent) {
      return release(attempt, RefreshFailure.NOT_SENT, asBefore, notSent.retryAfter());
    }
    if (answer instanceof TargetRefused refused) {
      return refusedTarget(attempt, refused);
    }
    if (answer instanceof Refused refused) {
      return release(attempt, RefreshFailure.REFUSED, asBefore, refused.retryAfter());
    }
    return release(attempt, RefreshFailure.UNCERTAIN, RefreshState.UNCERTAIN, Duration.ZERO);
  }

  private Optional<RefreshOutcome> store(Attempt attempt, Granted granted) {
    Session renewed;
    try {
      renewed = attempt.grant().accept(granted.answer());
    } catch (TokenRefused refused) {
      return release(attempt, RefreshFailure.UNCERTAIN, RefreshState.UNCERTAIN, Duration.ZERO);
    }
    Session seen = attempt.seen();
    Replacement replacement = sessions.leases().replacement(renewed);
    // These are the only good tokens there are: tried for as long as the session could live, since
    // an outage of the database must not sign anybody out. The request is never tried again.
    Duration life = Duration.between(clock.instant(), seen.expiresAt());
    return insisting(
        life, () -> stored(attempt, replacement), new RefreshOutcome.Unavailable(FOR_RELEASE));
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
      attempt.grant().revoke(renewed);
      return Optional.of(new RefreshOutcome.SessionEnded());
    }
    return Optional.empty(); // another owner: theirs count, ours do not
  }

  private Optional<RefreshOutcome> end(Attempt attempt) {
    Session seen = attempt.seen();
    publish(seen, RefreshFailure.INVALID_GRANT);
    // only if nothing has changed since we read the token that was refused
    if (!attempt.lease().endSession()) {
      return Optional.empty();
    }
    ended(seen, EndReason.INVALID_GRANT);
    return Optional.of(new RefreshOutcome.SessionEnded());
  }

  /**
   * The session knows it from now on, at every node: asked again at each request, the provider
   * would only say it again.
   */
  private Optional<RefreshOutcome> refusedTarget(Attempt attempt, TargetRefused refused) {
    Session seen = attempt.seen();
    publish(seen, RefreshFailure.TARGET_REFUSED);
    URI resource = attempt.wanted().resource().orElseThrow();
    Instant now = clock.instant().truncatedTo(MILLIS);
    ResourceGrant grant =
        new ResourceGrant(
            resource,
            seen.accessToken(attempt.wanted().resource()),
            now.plus(policy.backOff(1, refused.retryAfter())));
    Replacement knowing = sessions.leases().replacement(seen.answered(grant, seen.tokens(), now));
    RefreshOutcome outcome =
        policy.isGood(seen, attempt.wanted(), now)
            ? new RefreshOutcome.Fresh(seen)
            : new RefreshOutcome.TargetRefused(refused.retryAfter());
    return insisting(
        FOR_RELEASE,
        () ->
            attempt.lease().replace(knowing) || sessions.leases().holds(knowing)
                ? Optional.of(outcome)
                : Optional.empty(),
        outcome);
  }

  /**
   * Held up once it was perhaps this node: whoever reads the session next may try at once. Held up
   * again it may be the way to the provider, where a name or TLS takes too long every time.
   */
  private Optional<RefreshOutcome> letGo(Attempt attempt, RefreshState asBefore) {
    publish(attempt.seen(), RefreshFailure.NOT_SENT);
    int before = attempt.seen().renewal().attempts();
    Duration backOff = before == 0 ? Duration.ZERO : policy.backOff(before + 1, Duration.ZERO);
    return insisting(
        FOR_RELEASE,
        () -> {
          attempt.lease().release(asBefore, backOff);
          return Optional.empty();
        },
        withOldToken(attempt.seen(), attempt.wanted(), FOR_RELEASE));
  }

  /**
   * A fault of ours: nobody shall wait for the lease to run out because of it. Whether the refresh
   * token was sent is not known.
   */
  void abandon(Attempt attempt, RuntimeException fault) {
    try {
      release(attempt, RefreshFailure.UNCERTAIN, RefreshState.UNCERTAIN, Duration.ZERO);
    } catch (RuntimeException another) {
      fault.addSuppressed(another); // which perhaps only follows from it
    }
  }

  private Optional<RefreshOutcome> release(
      Attempt attempt, RefreshFailure failure, RefreshState known, Duration asked) {
    Session seen = attempt.seen();
    publish(seen, failure);
    Duration backOff = policy.backOff(seen.renewal().attempts() + 1, asked);
    RefreshOutcome outcome = withOldToken(seen, attempt.wanted(), backOff);
    // if it never happens, the lease runs out by itself
    return insisting(
        FOR_RELEASE,
        () -> attempt.lease().release(known, backOff) ? Optional.of(outcome) : Optional.empty(),
        outcome);
  }

  /** Until the store has answered: what it did not answer may have happened nevertheless. */
  private Optional<RefreshOutcome> insisting(
      Duration howLong, Supplier<Optional<RefreshOutcome>> write, RefreshOutcome otherwise) {
    Patience patience = new Patience(howLong, LONGEST_PAUSE, nanoTime, pause);
    do {
      try {
        return write.get();
      } catch (StoreUnavailable unavailable) {
        // the next round finds out
      }
    } while (patience.isLeft());
    return Optional.of(otherwise);
  }

  /** No new token: the old one where it will do. */
  RefreshOutcome withOldToken(Session seen, Wanted wanted, Duration retryAfter) {
    return policy.isGood(seen, wanted, clock.instant())
        ? new RefreshOutcome.Fresh(seen)
        : new RefreshOutcome.Unavailable(retryAfter);
  }

  private void publish(Session seen, RefreshFailure failure) {
    events.publish(new RefreshFailed(seen.provider(), seen.handle(), failure));
  }

  private void ended(Session session, EndReason reason) {
    events.publish(
        new SessionEnded(session.provider(), session.subject(), session.handle(), reason));
  }
}
