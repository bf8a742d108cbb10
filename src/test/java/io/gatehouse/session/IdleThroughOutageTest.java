package io.gatehouse.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Database;
import io.gatehouse.store.Presence;
import io.gatehouse.store.SessionTable;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.store.UnreliableDataSource;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The database is away for longer than a session may be idle. Use cannot be written then, so nobody
 * is signed out for it.
 */
class IdleThroughOutageTest {
  private static final Duration LONG = TestSessions.IDLE.plusMinutes(10);

  private final TestDatabase database = TestDatabase.h2();
  private final At here = new At();
  private final At there = new At();

  /** One node with its own way to the database. */
  private final class At {
    final UnreliableDataSource way = new UnreliableDataSource(database.dataSource());
    final Database seen = database.database(way);
    final SessionStore sessions = TestSessions.node(seen, database.clock());
    final SessionTable table = new SessionTable(seen);
    final Presence presence = new Presence(seen, TestSessions.IDLE);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private SessionId signIn() {
    return TestSessions.open(
        here.sessions,
        TestSessions.opening("alice", "s", TestSessions.tokens(database.clock(), "at", "rt")),
        Optional.empty());
  }

  private Instant now() {
    return database.clock().instant();
  }

  /** Requests come all the time, and the database answers none of them. */
  private void outage(Duration length) {
    Instant end = now().plus(length);
    List.of(here, there).forEach(node -> node.way.down(true));
    database.away(true);
    while (now().isBefore(end)) {
      assertThatThrownBy(here.seen::now).isInstanceOf(StoreUnavailable.class);
      database.advance(Duration.ofMinutes(1));
    }
    database.away(false);
    List.of(here, there).forEach(node -> node.way.mend());
  }

  @Test
  void an_outage_longer_than_the_idle_time_signs_nobody_out_at_any_node() {
    SessionId id = signIn();
    outage(LONG);
    assertThat(here.sessions.find(id)).isPresent();
    assertThat(there.sessions.find(id)).isPresent();
    database.advance(TestSessions.IDLE.minusMillis(1));
    assertThat(there.sessions.find(id)).isPresent();
  }

  /** A page sends several requests at once, and each may be the first to excuse its session. */
  @Test
  void requests_that_come_together_after_an_outage_all_find_their_session() throws Exception {
    List<SessionId> ids = Stream.generate(this::signIn).limit(20).toList();
    outage(LONG);
    here.presence.leaveWord();
    List<At> nodes = Stream.generate(At::new).limit(6).toList();
    CyclicBarrier together = new CyclicBarrier(nodes.size());
    ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
    try {
      List<Future<Long>> found = new ArrayList<>();
      for (At node : nodes) {
        found.add(
            threads.submit(
                () -> {
                  long live = 0;
                  for (SessionId id : ids) {
                    together.await();
                    live += node.sessions.find(id).isPresent() ? 1 : 0;
                  }
                  return live;
                }));
      }
      for (Future<Long> live : found) {
        assertThat(live.get()).isEqualTo(ids.size());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void who_does_not_come_back_within_the_idle_time_after_it_is_signed_out() {
    SessionId late = signIn();
    SessionId inTime = signIn();
    outage(LONG);
    here.presence.leaveWord();
    database.advance(TestSessions.IDLE.minusMillis(1));
    assertThat(here.sessions.peek(inTime)).isPresent();
    database.advance(Duration.ofMillis(1));
    assertThat(here.sessions.peek(late)).isEmpty();
    assertThat(here.sessions.peek(inTime)).as("a look is no use").isEmpty();
  }

  @Test
  void the_idle_time_is_given_once_however_many_nodes_give_it() {
    SessionId id = signIn();
    outage(LONG);
    there.presence.leaveWord();
    Instant back = now();
    assertThat(here.sessions.peek(id).orElseThrow().idleExpiresAt())
        .isEqualTo(back.plus(TestSessions.IDLE));
    database.advance(TestSessions.IDLE.minusMillis(1));
    assertThat(there.sessions.peek(id)).isPresent();
    database.advance(Duration.ofMillis(1));
    assertThat(there.sessions.peek(id)).isEmpty();
    assertThat(here.sessions.peek(id)).isEmpty();
  }

  @Test
  void who_was_signed_out_by_idleness_before_stays_so() {
    SessionId id = signIn();
    database.advance(TestSessions.IDLE);
    here.presence.leaveWord();
    outage(LONG);
    assertThat(here.sessions.find(id)).isEmpty();
  }

  @Test
  void who_signed_out_before_or_is_past_the_absolute_end_stays_so() {
    SessionId gone = signIn();
    SessionId old = signIn();
    here.sessions.end(gone);
    database.advance(TestSessions.ABSOLUTE.minusMinutes(5));
    SessionId fresh = signIn();
    keepAlive(old);
    outage(LONG);
    assertThat(here.sessions.find(gone)).isEmpty();
    assertThat(here.sessions.find(old)).isEmpty();
    assertThat(here.sessions.find(fresh)).isPresent();
  }

  private void keepAlive(SessionId id) {
    database.execute(
        "UPDATE gatehouse_session SET idle_expires_at = "
            + now().plusSeconds(60).toEpochMilli()
            + " WHERE id_hash = '"
            + id.hash()
            + "'");
  }

  @Test
  void what_came_to_its_absolute_end_during_it_is_removed() {
    SessionId old = signIn();
    database.advance(TestSessions.ABSOLUTE.minusMinutes(5));
    keepAlive(old);
    outage(LONG);
    here.presence.leaveWord();
    here.table.purge(100, TestSessions.IDLE);
    assertThat(rows()).isZero();
  }

  @Test
  void nodes_that_were_started_after_it_know_of_it() {
    SessionId id = signIn();
    outage(LONG);
    assertThat(new At().sessions.find(id)).isPresent();
    assertThat(new At().sessions.find(id)).isPresent();
  }

  @Test
  void a_cut_between_the_database_and_one_node_is_no_outage() {
    SessionId id = signIn();
    here.way.down(true);
    database.advance(LONG);
    here.way.mend();
    assertThat(here.sessions.find(id)).isEmpty();
  }

  @Test
  void half_a_minute_is_an_outage_and_less_is_none() {
    SessionId id = signIn();
    database.advance(TestSessions.IDLE.minusSeconds(5));
    SessionId other = signIn();
    database.away(true);
    database.advance(Duration.ofMillis(29_999));
    assertThat(here.sessions.find(id)).isEmpty();

    database.away(false);
    database.advance(TestSessions.IDLE.minusSeconds(30));
    database.away(true);
    database.advance(Duration.ofSeconds(30));
    assertThat(here.sessions.find(other)).isPresent();
    assertThat(here.sessions.find(id)).as("over before it").isEmpty();
  }

  @Test
  void who_asks_first_after_it_need_not_wait_for_the_next_word() {
    SessionId id = signIn();
    here.presence.leaveWord();
    there.presence.leaveWord();
    outage(LONG);
    assertThat(there.sessions.find(id)).isPresent();
  }

  @Test
  void a_cookie_that_no_outage_can_excuse_costs_one_question() {
    SessionId over = signIn();
    database.advance(TestSessions.ABSOLUTE);
    for (SessionId cookie : List.of(over, SessionId.random(new SecureRandom()))) {
      AtomicInteger questions = new AtomicInteger();
      here.way.failBefore(sql -> questions.incrementAndGet() > 100);
      assertThat(here.sessions.find(cookie)).isEmpty();
      assertThat(questions).hasValue(1);
    }
  }

  @Test
  void the_cookie_of_an_idle_session_hides_no_outage() {
    SessionId idle = signIn();
    database.advance(TestSessions.IDLE.minusSeconds(5));
    SessionId waiting = signIn();
    database.advance(TestSessions.IDLE.minusSeconds(10));
    database.away(true);
    database.advance(Duration.ofMillis(29_999));
    assertThat(here.sessions.find(idle)).isEmpty();
    database.advance(Duration.ofMillis(1));
    assertThat(here.sessions.find(waiting)).isPresent();
  }

  @Test
  void two_outages_with_a_short_peace_between_them_are_as_one() {
    SessionId id = signIn();
    outage(LONG);
    here.presence.leaveWord();
    database.advance(Duration.ofMinutes(1));
    here.presence.leaveWord();
    outage(LONG);
    assertThat(here.sessions.find(id)).isPresent();
  }

  @Test
  void a_refresh_that_waited_for_the_database_may_still_store_what_it_brought() {
    SessionId id = signIn();
    Session seen = here.sessions.find(id).orElseThrow();
    assertThat(here.sessions.leases().acquire(seen, "me", Duration.ofSeconds(30))).isTrue();
    Replacement renewed =
        here.sessions
            .leases()
            .replacement(seen.renewed(TestSessions.tokens(database.clock(), "at-2", "rt-2")));
    outage(LONG);
    here.presence.leaveWord();
    assertThat(here.sessions.leases().replace(renewed, "me")).isTrue();
    assertThat(here.sessions.find(id).orElseThrow().generation()).isEqualTo(1);
  }

  @Test
  void two_outages_with_time_to_come_back_between_them_are_two() {
    SessionId id = signIn();
    outage(LONG);
    here.presence.leaveWord();
    database.advance(TestSessions.IDLE);
    outage(LONG);
    assertThat(here.sessions.find(id)).isEmpty();
  }

  @Test
  void nothing_is_purged_that_may_still_be_excused_and_everything_else_is() {
    SessionId over = signIn();
    database.advance(TestSessions.IDLE);
    SessionId waiting = signIn();
    outage(Duration.ofHours(2));
    here.presence.leaveWord();
    assertThat(rows()).isEqualTo(2);
    here.table.purge(100, TestSessions.IDLE);
    assertThat(rows()).isEqualTo(1);
    assertThat(here.sessions.find(over)).isEmpty();
    assertThat(here.sessions.find(waiting)).isPresent();

    SessionId forgotten = signIn();
    database.advance(Duration.ofHours(2));
    assertThat(here.table.purge(100, TestSessions.IDLE)).isEqualTo(2);
    assertThat(here.sessions.find(forgotten)).isEmpty();
    assertThat(rows()).isZero();
  }

  private int rows() {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM gatehouse_session")) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** However many there are: who removes what is over must not walk over all of them each time. */
  @Test
  void a_batch_meets_nobody_again_whom_another_one_excused() {
    List<SessionId> waiting = Stream.generate(this::signIn).limit(5).toList();
    outage(Duration.ofHours(2));
    here.presence.leaveWord();
    Instant back = now();
    assertThat(here.table.purge(3, TestSessions.IDLE)).isEqualTo(3);
    assertThat(there.table.purge(3, TestSessions.IDLE)).isEqualTo(2);
    assertThat(here.table.purge(3, TestSessions.IDLE)).isZero();
    assertThat(waiting)
        .allSatisfy(
            id ->
                assertThat(here.sessions.peek(id).orElseThrow().idleExpiresAt())
                    .as("as if its user had asked")
                    .isEqualTo(back.plus(TestSessions.IDLE)));
  }
}
