package io.gatehouse.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.TestDatabase;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes that are not alike, side by side on one database: restarted one after the other with
 * another secret, or with another version of ours.
 */
abstract class UpgradeContract {
  private static final Secret OLD_KEY = TestSessions.secret("an-old-secret-of-thirty-two-char");
  private static final Secret NEW_KEY = TestSessions.secret("a-new-secret-of-thirty-two-chars");

  private TestDatabase database;

  abstract TestDatabase open();

  @BeforeEach
  void start() {
    database = open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private SessionStore node(Secret... keys) {
    return TestSessions.node(
        database.database(), TestSessions.sealer(keys), Duration.ZERO, database.clock(), () -> 0);
  }

  private SessionId signIn(SessionStore node) {
    return TestSessions.open(
        node,
        TestSessions.opening("alice", "s", TestSessions.tokens(database.clock(), "at-1", "rt-1")),
        Optional.empty());
  }

  private void refresh(SessionStore node, SessionId id) {
    Session seen = node.find(id).orElseThrow();
    assertThat(node.leases().acquire(seen, "me", Duration.ofSeconds(30))).isTrue();
    Replacement replacement =
        node.leases()
            .replacement(seen.renewed(TestSessions.tokens(database.clock(), "at-2", "rt-2")));
    assertThat(node.leases().replace(replacement, "me")).isTrue();
  }

  // ------------------------------------------------------------- another secret

  @Test
  void sessions_live_through_a_roll_over_of_the_secret() {
    SessionId id = signIn(node(OLD_KEY));
    SessionStore both = node(NEW_KEY, OLD_KEY);

    assertThat(both.find(id)).isPresent();
    assertThat(both.list("acme", "alice")).hasSize(1);
    assertThat(both.endBySid("acme", "s")).hasSize(1);
  }

  @Test
  void a_refresh_moves_a_session_to_the_newest_key_and_it_is_still_found_by_owner() {
    SessionId id = signIn(node(OLD_KEY));
    refresh(node(NEW_KEY, OLD_KEY), id);

    SessionStore fresh = node(NEW_KEY);
    assertThat(fresh.find(id)).isPresent();
    assertThat(fresh.list("acme", "alice")).hasSize(1);
    assertThat(fresh.endBySid("acme", "s")).hasSize(1);
  }

  @Test
  void nodes_rolled_over_one_after_the_other_in_two_rounds_sign_nobody_out() {
    Secret[][] rounds = {{OLD_KEY}, {OLD_KEY, NEW_KEY}, {NEW_KEY, OLD_KEY}};
    for (int round = 1; round < rounds.length; round++) {
      SessionStore restarted = node(rounds[round]);
      SessionStore waiting = node(rounds[round - 1]);
      for (SessionStore signedInAt : new SessionStore[] {restarted, waiting}) {
        SessionId id = signIn(signedInAt);
        assertThat(restarted.find(id)).isPresent();
        assertThat(waiting.find(id)).isPresent();
        refresh(restarted, id);
        refresh(waiting, id);
        assertThat(restarted.find(id)).isPresent();
        assertThat(restarted.list("acme", "alice")).hasSize(1);
        assertThat(waiting.endBySid("acme", "s")).hasSize(1);
      }
    }
  }

  @Test
  void a_record_that_no_key_opens_is_as_signed_out_but_left_to_those_who_can() {
    SessionId id = signIn(node(OLD_KEY));
    SessionStore stranger = node(NEW_KEY);
    assertThat(stranger.find(id)).isEmpty();
    assertThat(stranger.peek(id)).isEmpty();
    assertThat(stranger.reread(SessionKey.of(id))).isEmpty();
    assertThat(stranger.list("acme", "alice")).isEmpty();
    assertThat(node(OLD_KEY).find(id)).isPresent();
  }

  @Test
  void a_new_sign_in_or_a_sign_out_takes_along_a_record_that_no_key_opens() {
    SessionId closed = signIn(node(OLD_KEY));
    SessionStore stranger = node(NEW_KEY);
    assertThat(stranger.end(closed)).isEmpty();
    assertThat(node(OLD_KEY).find(closed)).isEmpty();

    SessionId replaced = signIn(node(OLD_KEY));
    TestSessions.open(
        stranger,
        TestSessions.opening("alice", "s", TestSessions.tokens(database.clock(), "at", "rt")),
        Optional.of(SessionKey.of(replaced)));
    assertThat(node(OLD_KEY).find(replaced)).isEmpty();
  }

  // ------------------------------------------------------------ another version

  @Test
  void the_tables_of_a_newer_version_serve_this_one() {
    SessionId before = signIn(node(OLD_KEY));
    database.execute(
        "INSERT INTO gatehouse_schema (version) VALUES (1000)",
        "ALTER TABLE gatehouse_session ADD COLUMN device VARCHAR(64)",
        "ALTER TABLE gatehouse_session ADD COLUMN risk INTEGER DEFAULT 0 NOT NULL",
        "UPDATE gatehouse_session SET device = 'phone', risk = 7");

    SessionStore node = node(OLD_KEY);
    SessionId after = signIn(node);
    for (SessionId id : new SessionId[] {before, after}) {
      database.advance(Duration.ofMinutes(2));
      refresh(node, id);
      assertThat(node.find(id).orElseThrow().generation()).isEqualTo(1);
    }
    assertThat(node.list("acme", "alice")).hasSize(2);
    assertThat(node.endBySubject("acme", "alice")).hasSize(2);
  }
}
