package io.gatehouse.refresh;

import io.gatehouse.config.RefreshConfiguration;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** The one place that access tokens come from: always good, or a reason why not. */
public final class AccessTokenSource implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
  private static final Duration SOON = Duration.ofSeconds(2);

  private final SessionStore sessions;
  private final RefreshPolicy policy;
  private final SessionRefresher refresher;
  private final SingleFlight flights;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Pause pause;

  /**
   * @param clock the database's
   */
  public AccessTokenSource(
      SessionStore sessions,
      ProviderGrants grants,
      RefreshConfiguration configuration,
      SecurityEvents events,
      Clock clock) {
    this(sessions, grants, configuration, events, clock, System::nanoTime, new PauseUntilStop());
  }

  AccessTokenSource(
      SessionStore sessions,
      RefreshGrants grants,
      RefreshConfiguration configuration,
      SecurityEvents events,
      Clock clock,
      LongSupplier nanoTime,
      Pause pause) {
    this.sessions = sessions;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pause = pause;
    this.policy = new RefreshPolicy(configuration, new SplittableRandom());
    this.refresher =
        new SessionRefresher(
            sessions, grants, policy, configuration, events, clock, nanoTime, pause);
    this.flights = new SingleFlight(configuration.requestDeadline().plusSeconds(2));
  }

  /**
   * The session with an access token that is good now. Counts as use of the session. Waits at most
   * eight seconds, and only when the old token has run out.
   *
   * @param resource that the token is for (RFC 8707 §2.2); empty: the session's own
   */
  public RefreshOutcome current(SessionId id, Optional<URI> resource) {
    return sessions
        .find(id)
        .map(session -> renewedIfDue(session, Wanted.ANY_GOOD.at(resource)))
        .orElseGet(RefreshOutcome.SessionEnded::new);
  }

  /** As {@link #current(SessionId, Optional)}, with the session's own access token. */
  public RefreshOutcome current(SessionId id) {
    return current(id, Optional.empty());
  }

  /**
   * As {@link #current(SessionId, Optional)}, without waiting: empty when one would have to. A
   * refresh that is due goes on beside the request.
   */
  public Optional<RefreshOutcome> atHand(SessionId id, Optional<URI> resource) {
    Optional<Session> found = sessions.find(id);
    if (found.isEmpty()) {
      return Optional.of(new RefreshOutcome.SessionEnded());
    }
    Session session = found.get();
    Wanted wanted = Wanted.ANY_GOOD.at(resource);
    return policy.isGood(session, wanted, clock.instant())
        ? Optional.of(renewedIfDue(session, wanted))
        : Optional.empty();
  }

  /**
   * As {@link #current(SessionId)}, with a token younger than this call, because the user wants
   * one.
   */
  public RefreshOutcome refreshNow(SessionId id) {
    return sessions
        .find(id)
        .flatMap(session -> sessions.reread(session.key()))
        .map(session -> renewedIfDue(session, Wanted.newerThan(session.accessToken().generation())))
        .orElseGet(RefreshOutcome.SessionEnded::new);
  }

  /**
   * As {@link #current(SessionId, Optional)}, with a token younger than the one of {@code
   * usedGeneration}, which a protected resource refused (RFC 6750 §3.1). The same one where a
   * refresh has just brought it: a resource that refuses that one will refuse its successor.
   */
  public RefreshOutcome refreshAfterRefusal(
      SessionId id, Optional<URI> resource, long usedGeneration) {
    Wanted wanted = Wanted.insteadOf(usedGeneration).at(resource);
    return sessions
        .find(id)
        .map(
            session ->
                policy.isJustRenewed(session, wanted, clock.instant())
                    ? new RefreshOutcome.Fresh(session)
                    : renewedIfDue(session, wanted))
        .orElseGet(RefreshOutcome.SessionEnded::new);
  }

  private RefreshOutcome renewedIfDue(Session session, Wanted wanted) {
    if (policy.decide(session, wanted, clock.instant()) == RefreshPolicy.Verdict.USE) {
      return new RefreshOutcome.Fresh(session);
    }
    CompletableFuture<RefreshOutcome> flight = join(session, wanted);
    return policy.isGood(session, wanted, clock.instant())
        ? new RefreshOutcome.Fresh(session) // the refresh goes on beside the request
        : await(flight, session, wanted);
  }

  private CompletableFuture<RefreshOutcome> join(Session session, Wanted wanted) {
    SessionKey key = session.key();
    return flights.join(
        new SingleFlight.Destination(key, wanted.resource()),
        session.provider(),
        () -> refresher.refresh(key, wanted));
  }

  private RefreshOutcome await(
      CompletableFuture<RefreshOutcome> joined, Session session, Wanted wanted) {
    long end = nanoTime.getAsLong() + LONGEST_WAIT.toNanos();
    CompletableFuture<RefreshOutcome> flight = joined;
    while (true) {
      long left = end - nanoTime.getAsLong();
      Optional<RefreshOutcome> outcome = outcome(flight, left);
      if (outcome.isPresent() && isWanted(outcome.get(), wanted)) {
        return outcome.get();
      }
      if (outcome.isEmpty() || left <= 0) {
        return new RefreshOutcome.Unavailable(SOON);
      }
      // it had started before us and wanted less: once more, for what we want
      flight = join(session, wanted);
    }
  }

  private boolean isWanted(RefreshOutcome outcome, Wanted wanted) {
    return !(outcome instanceof RefreshOutcome.Fresh fresh)
        || policy.isGood(fresh.session(), wanted, clock.instant());
  }

  private static Optional<RefreshOutcome> outcome(
      CompletableFuture<RefreshOutcome> flight, long nanos) {
    try {
      return Optional.of(flight.get(nanos, TimeUnit.NANOSECONDS));
    } catch (TimeoutException tooLong) {
      return Optional.empty();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /**
   * Orderly stop: starts no refresh any more and lets the running ones finish, for as long as one
   * request may take and two seconds more. Whoever still tries to store tokens then gives up.
   */
  @Override
  public void close() {
    flights.close();
    pause.end();
  }
}
