package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.ProviderFault;
import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.config.RefreshConfiguration;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Renews the tokens of one session (RFC 6749 §6), with any number of nodes trying. The drawing, and
 * what can go wrong where, is {@code docs/concurrency.md}.
 */
final class SessionRefresher {
  /** How long it waits for another node; longer than {@link #MERCY}, to have its turn after it. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

  /**
   * How long an owner that was called off may still commit. Longer than its slowest attempt to (two
   * seconds for a connection, two for an answer), one pause and some scheduling: when the database
   * comes back, the owner of the good tokens is the first to write.
   */
  static final Duration MERCY = Duration.ofSeconds(8);

  private static final Duration A_SECOND = Duration.ofSeconds(1);

  private final SessionStore sessions;
  private final RefreshGrants grants;
  private final RefreshPolicy policy;
  private final RefreshConfiguration configuration;
  private final Settlement settlement;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Pause pause;

  SessionRefresher(
      SessionStore sessions,
      RefreshGrants grants,
      RefreshPolicy policy,
      RefreshConfiguration configuration,
      SecurityEvents events,
      Clock clock,
      LongSupplier nanoTime,
      Pause pause) {
    this.sessions = sessions;
    this.grants = grants;
    this.policy = policy;
    this.configuration = configuration;
    this.settlement = new Settlement(sessions, policy, events, clock, nanoTime, pause);
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** A good access token of this session, by refreshing it unless somebody else does or did. */
  RefreshOutcome refresh(SessionKey key, Wanted wanted) {
    Patience patience = new Patience(PATIENCE, LONGEST_PAUSE, nanoTime, pause);
    do {
      Optional<Session> read = sessions.reread(key); // what the database says, not what we thought
      if (read.isEmpty()) {
        return new RefreshOutcome.SessionEnded();
      }
      Session seen = read.get();
      Optional<RefreshOutcome> outcome =
          switch (policy.decide(seen, wanted, clock.instant())) { // decided again, on that
            case USE -> Optional.of(new RefreshOutcome.Fresh(seen));
            case BACK_OFF ->
                Optional.of(new RefreshOutcome.Unavailable(left(seen.renewal().notBefore())));
            case TARGET_REFUSED ->
                Optional.of(
                    new RefreshOutcome.TargetRefused(left(seen.refusedUntil(wanted.resource()))));
            case WAIT -> Optional.empty();
            case CALL_OFF -> callOff(seen);
            case REFRESH -> lead(seen, wanted);
          };
      if (outcome.isPresent()) {
        return outcome.get();
      }
    } while (patience.isLeft());
    return lastLook(key, wanted);
  }

  /** Whoever we waited for may have come to an end in our last pause. */
  private RefreshOutcome lastLook(SessionKey key, Wanted wanted) {
    return sessions
        .reread(key)
        .map(session -> settlement.withOldToken(session, wanted, A_SECOND))
        .orElseGet(RefreshOutcome.SessionEnded::new);
  }

  /** Empty: the session is no longer as seen. */
  private Optional<RefreshOutcome> lead(Session seen, Wanted wanted) {
    Optional<RefreshGrant> grant;
    try {
      grant =
          grants.of(
              seen, wanted.resource()); // everything slow comes before the lease, which runs out
    } catch (ProviderFault unreachable) {
      Duration retryAfter = unreachable.retryAfter().orElse(A_SECOND);
      return Optional.of(settlement.withOldToken(seen, wanted, retryAfter));
    }
    if (grant.isEmpty()) {
      return Optional.of(new RefreshOutcome.SessionEnded()); // its provider is no longer ours
    }
    Optional<RefreshLease> lease =
        RefreshLease.acquire(sessions.leases(), seen, configuration.lease(), nanoTime);
    if (lease.isEmpty()) {
      return Optional.empty();
    }
    Attempt attempt = new Attempt(seen, wanted, lease.get(), grant.get());
    try {
      RefreshAnswer answer = grant.get().send(lease.get()); // fenced, sent once, never retried
      return settlement.settle(attempt, answer);
    } catch (RuntimeException fault) {
      settlement.abandon(attempt, fault);
      throw fault;
    }
  }

  /** Its owner died or stalls; the refresh token may be spent. */
  private Optional<RefreshOutcome> callOff(Session seen) {
    sessions.leases().callOff(seen, MERCY);
    return Optional.empty();
  }

  private Duration left(Instant until) {
    Duration left = Duration.between(clock.instant(), until);
    return left.compareTo(A_SECOND) > 0 ? left : A_SECOND;
  }
}
