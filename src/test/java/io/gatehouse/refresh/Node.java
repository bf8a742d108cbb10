package io.gatehouse.refresh;

import io.gatehouse.config.RefreshConfiguration;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TestSessions;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.store.UnreliableDataSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One node, acting in the test's own thread: waiting moves the shared clock, and what happens
 * meanwhile is up to the test. Nodes share the database and the provider, nothing else.
 */
final class Node {
  static final RefreshConfiguration CONFIGURATION =
      new RefreshConfiguration(
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofDays(30));

  final UnreliableDataSource connection;
  final SessionStore sessions;
  final RefreshPolicy policy;
  final List<SecurityEvent> events = new CopyOnWriteArrayList<>();
  private final SessionRefresher refresher;
  private final TestDatabase database;
  Runnable whileWaiting = () -> {};

  Node(TestDatabase database, RefreshGrants provider) {
    this(database, provider, TestSessions.sealer());
  }

  Node(TestDatabase database, RefreshGrants provider, Sealer sealer) {
    this.database = database;
    this.connection = new UnreliableDataSource(database.dataSource());
    this.sessions =
        TestSessions.node(
            database.database(connection), sealer, Duration.ZERO, database.clock(), () -> 0);
    this.policy = new RefreshPolicy(CONFIGURATION, new SplittableRandom(1));
    this.refresher =
        new SessionRefresher(
            sessions,
            provider,
            policy,
            CONFIGURATION,
            new SecurityEvents(List.of(events::add)),
            database.clock(),
            () -> Duration.between(java.time.Instant.EPOCH, database.clock().instant()).toNanos(),
            length -> {
              database.advance(length);
              whileWaiting.run();
            });
  }

  SessionId open(Tokens tokens) {
    return TestSessions.open(
        sessions, TestSessions.opening("alice", "sid-1", tokens), Optional.empty());
  }

  /** What {@link AccessTokenSource#current} decides, all in this thread. */
  RefreshOutcome current(SessionId id) {
    return answer(id, Wanted.ANY_GOOD);
  }

  RefreshOutcome current(SessionId id, URI resource) {
    return answer(id, Wanted.ANY_GOOD.at(Optional.of(resource)));
  }

  RefreshOutcome refreshNow(SessionId id) {
    return answer(
        id,
        Wanted.newerThan(
            sessions.find(id).map(found -> found.accessToken().generation()).orElse(-1L)));
  }

  RefreshOutcome refreshAfterRefusal(SessionId id, long usedGeneration) {
    return answer(id, Wanted.insteadOf(usedGeneration));
  }

  RefreshOutcome answer(SessionId id, Wanted wanted) {
    Optional<Session> found = sessions.find(id);
    if (found.isEmpty()) {
      return new RefreshOutcome.SessionEnded();
    }
    return policy.decide(found.get(), wanted, database.clock().instant())
            == RefreshPolicy.Verdict.USE
        ? new RefreshOutcome.Fresh(found.get())
        : refresher.refresh(found.get().key(), wanted);
  }
}
