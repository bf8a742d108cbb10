package io.gatehouse.refresh;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TestSessions;
import io.gatehouse.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Nodes as production has them: flights on threads of their own, a near cache each, and nothing
 * shared but the database and the provider. Time is the test's; only polling costs real moments.
 */
final class Cluster implements AutoCloseable {
  private static final Duration CACHE_MAX_AGE = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofMillis(5);

  /** One server. */
  record Member(SessionStore sessions, AccessTokenSource tokens) {}

  final TestDatabase database;
  final SimulatedProvider provider;
  final List<SecurityEvent> events = new CopyOnWriteArrayList<>();
  private final List<Member> members;

  Cluster(TestDatabase database, int nodes) {
    this.database = database;
    this.provider = new SimulatedProvider(database.clock());
    this.members = IntStream.range(0, nodes).mapToObj(number -> member()).toList();
  }

  private Member member() {
    SessionStore sessions =
        TestSessions.node(
            database.database(),
            TestSessions.sealer(),
            CACHE_MAX_AGE,
            database.clock(),
            System::nanoTime);
    AccessTokenSource tokens =
        new AccessTokenSource(
            sessions,
            provider,
            Node.CONFIGURATION,
            new SecurityEvents(List.of(events::add)),
            database.clock(),
            this::nanoTime,
            length -> LockSupport.parkNanos(MOMENT.toNanos()));
    return new Member(sessions, tokens);
  }

  /** A timer that a pause of a whole machine would not stop: the database's. */
  long nanoTime() {
    return Duration.between(Instant.EPOCH, database.clock().instant()).toNanos();
  }

  int size() {
    return members.size();
  }

  /** Requests are spread over the nodes, as a load balancer without sticky sessions does. */
  Member member(int request) {
    return members.get(request % members.size());
  }

  /** A session that every node has in its near cache. */
  SessionId signIn() {
    SessionId id =
        TestSessions.open(
            member(0).sessions(),
            TestSessions.opening("alice", "sid-1", provider.signIn()),
            Optional.empty());
    members.forEach(member -> member.sessions().peek(id).orElseThrow());
    return id;
  }

  Optional<Session> stored(SessionId id) {
    return member(0).sessions().reread(SessionKey.of(id));
  }

  @Override
  public void close() {
    members.forEach(member -> member.tokens().close());
    database.close();
  }
}
