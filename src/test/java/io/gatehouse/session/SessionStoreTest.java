package io.gatehouse.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Database;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.store.UnreliableDataSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionStoreTest {
  private final TestDatabase database = TestDatabase.h2();
  private final SessionStore sessions = TestSessions.node(database);

  @AfterEach
  void close() {
    database.close();
  }

  private Instant now() {
    return database.clock().instant();
  }

  private Tokens tokens() {
    return TestSessions.tokens(database.clock(), "at-1", "rt-1");
  }

  private SessionId open() {
    return TestSessions.open(
        sessions, TestSessions.opening("alice", "sid-1", tokens()), Optional.empty());
  }

  @Test
  void a_session_comes_back_with_everything_it_was_opened_with() {
    Session session = sessions.find(open()).orElseThrow();

    assertThat(session.provider()).isEqualTo("acme");
    assertThat(session.subject()).isEqualTo("alice");
    assertThat(session.sid()).contains("sid-1");
    assertThat(session.claims())
        .isEqualTo(Map.of("name", "Alice Ärmel", "groups", List.of("a", "b"), "level", 3L));
    assertThat(session.tokens()).isEqualTo(tokensOf(session));
    assertThat(session.tokens().accessToken()).isEqualTo(Secret.of("at-1"));
    assertThat(session.tokens().refreshToken()).contains(Secret.of("rt-1"));
    assertThat(session.tokens().scopes()).containsExactlyInAnyOrder("openid", "read");
    assertThat(session.createdAt()).isEqualTo(now());
    assertThat(session.idleExpiresAt()).isEqualTo(now().plus(TestSessions.IDLE));
    assertThat(session.absoluteExpiresAt()).isEqualTo(now().plus(TestSessions.ABSOLUTE));
    assertThat(session.userAgent()).isEqualTo("Browser/1.0");
    assertThat(session.ip()).isEqualTo("192.0.2.1");
    assertThat(session.generation()).isZero();
  }

  private Tokens tokensOf(Session session) {
    Tokens expected = tokens();
    return new Tokens(
        expected.accessToken(),
        expected.accessTokenExpiresAt(),
        expected.accessTokenLifetime(),
        expected.refreshToken(),
        expected.refreshTokenExpiresAt(),
        session.tokens().idToken(),
        expected.codeVerifier(),
        expected.scopes());
  }

  @Test
  void absent_tokens_stay_absent_and_a_kept_verifier_is_kept() {
    Tokens tokens =
        new Tokens(
            Secret.of("at"),
            Optional.empty(),
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            Secret.of("id.token.x"),
            Optional.of(Secret.of("verifier")),
            Set.of());
    SessionId id =
        TestSessions.open(
            sessions,
            TestSessions.opening("acme", "alice", Optional.empty(), tokens),
            Optional.empty());
    assertThat(sessions.find(id).orElseThrow().tokens()).isEqualTo(tokens);
    assertThat(sessions.find(id).orElseThrow().sid()).isEmpty();
  }

  @Test
  void claims_of_every_json_type_survive() {
    Map<String, Object> claims = new HashMap<>();
    claims.put("text", "ü \u0000 \uD83D\uDE00");
    claims.put("yes", true);
    claims.put("no", false);
    claims.put("long", Long.MAX_VALUE);
    claims.put("exact", new BigDecimal("1.50"));
    claims.put("huge", new BigDecimal("123456789012345678901234567890"));
    claims.put("list", List.of(1L, "two", List.of(), Map.of()));
    claims.put("object", Map.of("deep", Map.of("deeper", List.of(true))));
    SessionStore.Opening plain = TestSessions.opening("alice", "sid-1", tokens());
    SessionId id =
        TestSessions.open(
            sessions,
            new SessionStore.Opening(
                plain.provider(),
                plain.idToken(),
                claims,
                plain.tokens(),
                plain.underWay(),
                "",
                ""),
            Optional.empty());
    assertThat(sessions.find(id).orElseThrow().claims()).isEqualTo(claims);
  }

  @Test
  void ids_and_handles_are_new_every_time_and_tell_nothing_of_each_other() {
    SessionId first = open();
    SessionId second = open();
    assertThat(first).isNotEqualTo(second);
    Session session = sessions.find(first).orElseThrow();
    assertThat(session.handle())
        .isNotEqualTo(sessions.find(second).orElseThrow().handle())
        .doesNotContain(first.reveal())
        .doesNotContain(first.hash());
  }

  @Test
  void a_new_sign_in_destroys_the_browsers_old_session() {
    SessionId old = open();
    SessionId next =
        TestSessions.open(
            sessions,
            TestSessions.opening("alice", "sid-2", tokens()),
            Optional.of(SessionKey.of(old)));
    assertThat(sessions.find(old)).isEmpty();
    assertThat(sessions.find(next)).isPresent();
  }

  @Test
  void an_id_that_was_never_given_out_is_no_session() {
    open();
    assertThat(sessions.find(SessionId.random(new java.security.SecureRandom()))).isEmpty();
  }

  @Test
  void nothing_in_the_database_is_readable_without_the_key() {
    open();
    List<String> cells = cells();
    for (String secret : List.of("at-1", "rt-1", "alice", "Alice", "sid-1", "Browser", "192.0")) {
      assertThat(cells).as(secret).noneMatch(cell -> cell.contains(secret));
    }
  }

  private List<String> cells() {
    List<String> cells = new java.util.ArrayList<>();
    try (var connection = database.dataSource().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT * FROM gatehouse_session")) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          Object cell = rows.getObject(i);
          cells.add(
              cell instanceof byte[] bytes
                  ? new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                  : String.valueOf(cell));
        }
      }
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
    return cells;
  }

  // ------------------------------------------------------------- lifetimes

  @Test
  void use_extends_the_idle_time_and_a_peek_does_not() {
    SessionId id = open();
    database.advance(Duration.ofMinutes(10));
    assertThat(sessions.peek(id).orElseThrow().idleExpiresAt())
        .isEqualTo(now().minus(Duration.ofMinutes(10)).plus(TestSessions.IDLE));
    assertThat(sessions.find(id).orElseThrow().idleExpiresAt())
        .isEqualTo(now().plus(TestSessions.IDLE));
    assertThat(sessions.peek(id).orElseThrow().lastUsedAt()).isEqualTo(now());
  }

  @Test
  void a_session_nobody_uses_ends_at_the_instant_of_the_idle_time() {
    SessionId id = open();
    database.advance(TestSessions.IDLE.minusMillis(1));
    assertThat(sessions.peek(id)).isPresent();
    database.advance(Duration.ofMillis(1));
    assertThat(sessions.peek(id)).isEmpty();
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void a_session_in_use_ends_at_the_instant_of_the_absolute_time() {
    SessionId id = open();
    Instant end = now().plus(TestSessions.ABSOLUTE);
    while (now().plus(Duration.ofMinutes(20)).isBefore(end)) {
      database.advance(Duration.ofMinutes(20));
      assertThat(sessions.find(id)).isPresent();
    }
    database.set(end.minusMillis(1));
    assertThat(sessions.find(id)).isPresent();
    database.set(end);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void a_session_never_outlives_its_refresh_token() {
    Instant end = now().plus(Duration.ofMinutes(7));
    Tokens tokens = tokens();
    SessionId id =
        TestSessions.open(
            sessions,
            TestSessions.opening(
                "alice",
                "sid-1",
                new Tokens(
                    tokens.accessToken(),
                    tokens.accessTokenExpiresAt(),
                    tokens.accessTokenLifetime(),
                    tokens.refreshToken(),
                    Optional.of(end),
                    tokens.idToken(),
                    tokens.codeVerifier(),
                    tokens.scopes())),
            Optional.empty());
    assertThat(sessions.find(id).orElseThrow().expiresAt()).isEqualTo(end);
    database.set(end.minusMillis(1));
    assertThat(sessions.find(id)).isPresent();
    database.set(end);
    assertThat(sessions.find(id)).isEmpty();
  }

  // ---------------------------------------------------------------- ending

  @Test
  void an_ended_session_is_given_to_its_ender_once() {
    SessionId id = open();
    assertThat(sessions.end(id).orElseThrow().tokens().refreshToken()).contains(Secret.of("rt-1"));
    assertThat(sessions.end(id)).isEmpty();
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void sessions_are_listed_and_ended_by_owner() {
    SessionId alice = open();
    SessionId bob =
        TestSessions.open(
            sessions, TestSessions.opening("bob", "sid-2", tokens()), Optional.empty());
    String handle = sessions.find(alice).orElseThrow().handle();

    assertThat(sessions.list("acme", "alice")).extracting(Session::handle).containsExactly(handle);
    assertThat(sessions.list("other", "alice")).isEmpty();
    assertThat(sessions.endByHandle("acme", "bob", handle)).isEmpty();
    assertThat(sessions.endByHandle("acme", "alice", handle)).isPresent();
    assertThat(sessions.find(alice)).isEmpty();
    assertThat(sessions.find(bob)).isPresent();
  }

  @Test
  void sessions_are_ended_by_subject_and_by_sid_at_their_provider_only() {
    SessionId first = open();
    SessionId second =
        TestSessions.open(
            sessions, TestSessions.opening("alice", "sid-2", tokens()), Optional.empty());
    SessionId elsewhere =
        TestSessions.open(
            sessions,
            TestSessions.opening("other", "alice", Optional.of("sid-1"), tokens()),
            Optional.empty());

    assertThat(sessions.endBySid("acme", "sid-1")).hasSize(1);
    assertThat(sessions.find(first)).isEmpty();
    assertThat(sessions.endBySubject("acme", "alice")).hasSize(1);
    assertThat(sessions.find(second)).isEmpty();
    assertThat(sessions.find(elsewhere)).isPresent();
  }

  @Test
  void a_payload_moved_to_another_row_or_put_back_after_a_refresh_opens_no_session() {
    SessionId alice = open();
    SessionId bob =
        TestSessions.open(sessions, TestSessions.opening("bob", "x", tokens()), Optional.empty());
    database.execute(
        "UPDATE gatehouse_session SET (key_id, nonce, payload) ="
            + " (SELECT key_id, nonce, payload FROM gatehouse_session WHERE id_hash = '"
            + bob.hash()
            + "') WHERE id_hash = '"
            + alice.hash()
            + "'");
    assertThat(sessions.find(alice)).isEmpty();
    database.execute("UPDATE gatehouse_session SET generation = generation + 1");
    assertThat(sessions.find(bob)).isEmpty();
  }

  // ----------------------------------------------------------------- lease

  @Test
  void a_replacement_is_recognized_when_the_answer_of_the_commit_was_lost() {
    SessionId id = open();
    Session seen = sessions.find(id).orElseThrow();
    sessions.leases().acquire(seen, "me", Duration.ofSeconds(30));
    Replacement replacement =
        sessions
            .leases()
            .replacement(seen.renewed(TestSessions.tokens(database.clock(), "at-2", "rt-2")));
    assertThat(sessions.leases().holds(replacement)).isFalse();
    assertThat(sessions.leases().replace(replacement, "me")).isTrue();
    assertThat(sessions.leases().replace(replacement, "me")).isFalse();
    assertThat(sessions.leases().holds(replacement)).isTrue();

    Session stored = sessions.find(id).orElseThrow();
    assertThat(stored).isEqualTo(replacement.session());
    assertThat(stored.generation()).isEqualTo(1);
    assertThat(stored.renewal().state()).isEqualTo(RefreshState.IDLE);
  }

  @Test
  void
      a_shorter_refresh_token_shortens_the_session_and_a_longer_one_never_passes_the_absolute_end() {
    SessionId id = open();
    Session seen = sessions.find(id).orElseThrow();
    assertThat(seen.expiresAt()).isEqualTo(seen.absoluteExpiresAt());
    Tokens t = TestSessions.tokens(database.clock(), "at-2", "rt-2");
    Tokens shorter =
        new Tokens(
            t.accessToken(),
            t.accessTokenExpiresAt(),
            t.accessTokenLifetime(),
            t.refreshToken(),
            Optional.of(now().plusSeconds(90)),
            t.idToken(),
            t.codeVerifier(),
            t.scopes());
    sessions.leases().acquire(seen, "me", Duration.ofSeconds(30));
    sessions.leases().replace(sessions.leases().replacement(seen.renewed(shorter)), "me");
    database.advance(Duration.ofSeconds(90).minusMillis(1));
    assertThat(sessions.find(id)).isPresent();
    database.advance(Duration.ofMillis(1));
    assertThat(sessions.find(id)).isEmpty();
  }

  // -------------------------------------------------------------- outages

  @Test
  void a_database_that_does_not_answer_is_said_so_and_never_taken_for_no_session() {
    SessionId id = open();
    UnreliableDataSource cut = new UnreliableDataSource(database.dataSource());
    cut.down(true);
    Database broken = database.database(cut);
    SessionStore node = TestSessions.node(broken, database.clock());
    assertThatThrownBy(() -> node.find(id))
        .isInstanceOfSatisfying(
            StoreUnavailable.class,
            down ->
                assertThat(down.retryAfter().orElseThrow())
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5)));
    assertThatThrownBy(() -> node.end(id)).isInstanceOf(StoreUnavailable.class);
    assertThat(broken.usable()).isFalse();
    assertThat(sessions.find(id)).isPresent();
  }
}
