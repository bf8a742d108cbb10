package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.refresh.RefreshOutcome.SessionEnded;
import io.gatehouse.refresh.RefreshOutcome.TargetRefused;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.refresh.SimulatedProvider.Crash;
import io.gatehouse.refresh.SimulatedProvider.Fate;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TestSessions;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.store.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Two nodes, one provider and a few sessions to which anything may happen in any order, also in the
 * middle of a refresh; after every step what must always be true is looked at.
 */
final class RandomWorld {
  private static final Secret OLD = TestSessions.secret("an-old-secret-of-thirty-two-char");
  private static final Secret NEW = TestSessions.secret("a-new-secret-of-thirty-two-chars");

  /** Rolling the secret over; neighbours may run side by side. */
  private static final List<List<Secret>> ROLL_OVER =
      List.of(List.of(OLD), List.of(OLD, NEW), List.of(NEW, OLD), List.of(NEW));

  /** More than a session keeps tokens for. */
  private static final List<URI> RESOURCES =
      IntStream.range(0, 10).mapToObj(n -> URI.create("https://r" + n + ".example")).toList();

  private final TestDatabase database;
  private final RandomGenerator random;
  private final SimulatedProvider provider;
  private final SessionStore witness;
  private final Node[] nodes = new Node[2];
  private final int[] secrets = new int[2];
  private final List<KnownSession> sessions = new ArrayList<>();

  /** Families of which a fault of ours, or one we played, may have eaten the newest token. */
  private final Set<String> excused = new HashSet<>();

  private final List<String> history = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>();
  private boolean isCalm;
  private boolean isAway;
  private Instant awayFrom = Instant.EPOCH;
  private Instant awayUntil = Instant.EPOCH;
  private Instant lastWord = Instant.EPOCH;

  RandomWorld(TestDatabase database, long seed) {
    this.database = database;
    this.random = new SplittableRandom(seed);
    this.provider = new SimulatedProvider(database.clock());
    this.witness =
        TestSessions.node(
            database.database(),
            TestSessions.sealer(NEW, OLD),
            Duration.ZERO,
            database.clock(),
            () -> 0);
    provider.hasGrace = chance(20);
    start(0);
    start(1);
  }

  List<String> history() {
    return history;
  }

  // ------------------------------------------------------------------ steps

  void step() {
    if (sessions.isEmpty() || (sessions.size() < 3 && chance(10))) {
      signIn();
    }
    KnownSession session = anyOf(sessions.toArray(new KnownSession[0]));
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4 -> pass(someTime());
      case 5 -> nextAnswers();
      case 6, 7 -> provider.next(anyOf(Fate.values()));
      case 8 -> peek(session);
      case 9 -> mischief(session);
      case 10, 11 -> storeTrouble(anyNode());
      case 12 -> ask(session, newer(session, anyResource()));
      default -> ask(session, Wanted.ANY_GOOD.at(anyResource()));
    }
    landed();
    sessions.forEach(this::check);
    sessions.removeIf(known -> !known.isLiveAt(now()) && chance(40));
  }

  /** All trouble is over: whoever is not signed out for a reason has a good token again. */
  void calm() {
    isCalm = true;
    note("calm");
    provider.always(Fate.ANSWERED);
    provider.drop();
    back();
    for (KnownSession session : sessions) {
      for (int i = 0; i < 2; i++) {
        pass(Duration.ofSeconds(40)); // past lease and back-off
        ask(session, Wanted.ANY_GOOD);
        landed();
        check(session);
      }
      if (isReadable(session, nodes[0])) {
        assertThat(nodes[0].current(session.id)).isInstanceOf(Fresh.class);
        if (!excused(session) && !provider.isRevoked(session.family)) {
          assertThat(nodes[0].current(session.id, RESOURCES.get(0))).isInstanceOf(Fresh.class);
        }
      }
    }
  }

  private void signIn() {
    Tokens tokens = provider.signIn();
    String refreshToken = tokens.refreshToken().orElseThrow().reveal();
    String sid = "sid-of-" + refreshToken;
    SessionId id =
        TestSessions.open(
            anyNode().sessions, TestSessions.opening("alice", sid, tokens), Optional.empty());
    note("sign in " + sid);
    sessions.add(
        new KnownSession(
            id,
            sid,
            provider.family(refreshToken),
            witness.reread(SessionKey.of(id)).orElseThrow()));
  }

  private void pass(Duration time) {
    note("pass " + time);
    database.advance(time);
  }

  private Duration someTime() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> Duration.ofMillis(random.nextInt(2000));
      case 3, 4, 5, 6, 7 -> Duration.ofMillis(random.nextInt(40_000));
      case 8, 9, 10, 11, 12 -> TestSessions.LIFE.minusSeconds(random.nextInt(60));
      case 13, 14, 15, 16, 17 -> TestSessions.LIFE;
      case 18 -> Duration.ofMinutes(random.nextInt(29));
      default -> chance(30) ? TestSessions.IDLE : TestSessions.IDLE.minusMillis(60_000);
    };
  }

  private void nextAnswers() {
    provider.rotates = chance(70);
    provider.scopes = chance(50) ? Optional.empty() : Optional.of(Set.of("openid"));
    provider.refreshLife =
        chance(50)
            ? Optional.empty()
            : Optional.of(Duration.ofMinutes(1 + random.nextInt(chance(50) ? 10 : 10_000)));
    note(
        "answers: rotates "
            + provider.rotates
            + ", refresh token lives "
            + provider.refreshLife
            + ", scopes "
            + provider.scopes);
  }

  private void peek(KnownSession session) {
    Node node = anyNode();
    boolean isLive = isReadable(session, node);
    int requests = provider.requests();
    note("peek " + session.sid);
    assertThat(node.sessions.peek(session.id).isPresent()).as("peek sees it").isEqualTo(isLive);
    assertThat(provider.requests()).as("nobody uses it, nobody refreshes it").isEqualTo(requests);
  }

  private void mischief(KnownSession session) {
    switch (random.nextInt(7)) {
      case 6 -> {
        leave();
        pass(someTime());
        request(session, anyNode(), Wanted.ANY_GOOD);
        pass(someTime());
        back();
      }
      case 0 -> signOut(session);
      case 1 -> backChannelLogout(session);
      case 2 -> {
        note("provider revokes " + session.family);
        provider.revokeFamily(session.family);
      }
      default -> restart(random.nextInt(2));
    }
  }

  private void restart(int number) {
    int next = secrets[number] + 1;
    // one node after the other, and the last step seldom: it ends what the old secret sealed
    boolean isNext = secrets[number] <= secrets[1 - number] && next < ROLL_OVER.size();
    secrets[number] = isNext && (next < 3 || chance(20)) ? next : secrets[number];
    start(number);
  }

  private void start(int number) {
    note("node " + number + " starts with secrets " + secrets[number]);
    Secret[] keys = ROLL_OVER.get(secrets[number]).toArray(new Secret[0]);
    nodes[number] = new Node(database, provider, TestSessions.sealer(keys));
  }

  private void storeTrouble(Node node) {
    String statement =
        anyOf(
            "SET key_id",
            "lease_owner = ?,",
            "next_refresh_at = (",
            "DELETE FROM gatehouse_session");
    boolean isDone = chance(50);
    note(name(node) + ": " + (isDone ? "answer lost of " : "fails before ") + statement);
    if (isDone) {
      node.connection.loseAnswerOf(sql -> sql.contains(statement));
    } else {
      node.connection.failBefore(sql -> sql.contains(statement));
    }
  }

  // ------------------------------------------------------------- how sessions end

  private void signOut(KnownSession session) {
    note("sign out " + session.sid);
    boolean wasLive = session.isLiveAt(now());
    Optional<Session> ended = witness.end(session.id);
    session.ended();
    if (wasLive) {
      noOrphans(session, ended.orElseThrow());
    }
  }

  private void backChannelLogout(KnownSession session) {
    note("back-channel logout " + session.sid);
    boolean wasLive = session.isLiveAt(now());
    List<Session> ended = witness.endBySid("acme", session.sid);
    session.ended();
    if (wasLive) {
      noOrphans(session, ended.get(0));
    }
  }

  /** Of what the provider gave, the ender has the last that was stored; more must be revoked. */
  private void noOrphans(KnownSession session, Session ended) {
    afterwards.add(
        () -> {
          if (!excused(session) && !provider.isRevoked(session.family)) {
            Set<String> left = provider.unspent(session.family);
            left.remove(ended.tokens().refreshToken().orElseThrow().reveal());
            assertThat(provider.revocations()).as("what came too late").containsAll(left);
          }
          provider.revokeFamily(session.family);
        });
  }

  private void landed() {
    afterwards.forEach(Runnable::run);
    afterwards.clear();
  }

  // -------------------------------------------------------------- asking for a token

  private void ask(KnownSession session, Wanted wanted) {
    Node node = anyNode();
    provider.beforeFence = () -> perhaps(session, node, 3_500);
    provider.afterFence = () -> perhaps(session, node, 10_000); // the request's deadline
    provider.afterProcessing = () -> meanwhile(session, node);
    node.whileWaiting =
        () -> {
          if (chance(10)) {
            back();
          }
          perhaps(session, node, 1000);
        };
    try {
      request(session, node, wanted);
    } finally {
      provider.beforeFence = () -> {};
      provider.afterFence = () -> {};
      provider.afterProcessing = () -> {};
      node.whileWaiting = () -> {};
      back();
    }
  }

  /** The database goes away, for all nodes. */
  private void leave() {
    note("the database is away");
    for (Node node : nodes) {
      node.connection.down(true);
    }
    database.away(true);
    isAway = true;
    lastWord = now();
  }

  /** It is back; as long as it is not known who was idle meanwhile, nobody was. */
  private void back() {
    for (Node node : nodes) {
      node.connection.mend();
    }
    database.away(false);
    if (isAway && !now().isBefore(lastWord.plusSeconds(30))) {
      boolean isTheSame = lastWord.isBefore(awayUntil.plus(TestSessions.IDLE));
      awayFrom = isTheSame ? awayFrom : lastWord;
      awayUntil = now();
      sessions.forEach(session -> session.away(awayFrom, awayUntil));
    }
    isAway = false;
  }

  private void request(KnownSession session, Node node, Wanted wanted) {
    Instant asked = now();
    boolean wasLive = isReadable(session, node);
    note(name(node) + " asks for " + session.sid + ", " + wanted);
    if (wasLive) {
      session.used(asked);
    }
    try {
      RefreshOutcome outcome = node.answer(session.id, wanted);
      note("  " + describe(outcome));
      judge(session, wasLive, wanted, outcome);
    } catch (StoreUnavailable trouble) {
      note("  store unavailable");
    } catch (Crash dead) {
      note("  node died");
    }
  }

  private void judge(KnownSession session, boolean wasLive, Wanted wanted, RefreshOutcome outcome) {
    if (isAway) {
      back();
    }
    assertThat(wasLive || outcome instanceof SessionEnded).as("what is over is over").isTrue();
    if (outcome instanceof Fresh fresh) {
      Session given = fresh.session();
      AccessToken token = given.accessToken(wanted.resource()).orElseThrow();
      assertThat(token.isGoodAt(now())).as("a token given out is good").isTrue();
      assertThat(token.generation()).isGreaterThan(wanted.newerThan());
      assertThat(given.generation()).isGreaterThanOrEqualTo(session.stored.generation());
      witness
          .reread(session.key())
          .filter(stored -> stored.generation() == given.generation())
          .ifPresent(stored -> assertThat(given.tokens()).isEqualTo(stored.tokens()));
    } else if (outcome instanceof Unavailable unavailable) {
      assertThat(unavailable.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(72));
      nothingGoodWasThere(session, wanted);
    } else if (outcome instanceof TargetRefused refused) {
      assertThat(wanted.resource()).as("the session's own is never refused so").isPresent();
      assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(72));
      nothingGoodWasThere(session, wanted);
    }
  }

  private void nothingGoodWasThere(KnownSession session, Wanted wanted) {
    if (!wanted.wasRefused()) {
      assertThat(session.stored.accessToken(wanted.resource()))
          .satisfiesAnyOf(
              none -> assertThat(none).isEmpty(),
              old -> assertThat(old.orElseThrow().isGoodAt(now())).isFalse());
    }
  }

  // ------------------------------------------------ what happens in the middle of a refresh

  /** Short of what the fence and the deadline let through. */
  private void perhaps(KnownSession session, Node node, int millis) {
    if (isCalm || !chance(15)) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> pass(Duration.ofMillis(random.nextInt(millis)));
      case 1 -> die(session);
      case 2 -> signOut(session);
      case 3 -> backChannelLogout(session);
      default -> theOther(session, node);
    }
  }

  /** The answer is here and not yet stored: a stall now is as bad as a crash. */
  private void meanwhile(KnownSession session, Node node) {
    if (isCalm || !chance(30)) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> {
        excused.add(session.family);
        pass(someTime());
      }
      case 4 -> {
        excused.add(session.family);
        leave();
        pass(someTime());
      }
      case 1 -> {
        excused.add(session.family);
        node.connection.down(true);
      }
      default -> perhaps(session, node, 2000);
    }
  }

  private void die(KnownSession session) {
    excused.add(session.family);
    throw new Crash();
  }

  /** The other node, while this one is at it; nothing happens to that one meanwhile. */
  private void theOther(KnownSession session, Node node) {
    Runnable[] hooks = {provider.beforeFence, provider.afterFence, provider.afterProcessing};
    provider.beforeFence = () -> {};
    provider.afterFence = () -> {};
    provider.afterProcessing = () -> {};
    request(session, node == nodes[0] ? nodes[1] : nodes[0], Wanted.ANY_GOOD.at(anyResource()));
    provider.beforeFence = hooks[0];
    provider.afterFence = hooks[1];
    provider.afterProcessing = hooks[2];
  }

  // -------------------------------------------------------------- what is always true

  private void check(KnownSession session) {
    assertThat(provider.reused().stream().filter(family -> !excused.contains(family)))
        .as("no refresh token is sent twice but for a fault")
        .allMatch(family -> provider.lost().contains(family));
    Optional<Session> stored = witness.reread(session.key());
    if (!session.isLiveAt(now())) {
      assertThat(stored).as("what has ended stays ended").isEmpty();
      return;
    }
    if (stored.isEmpty()) {
      assertThat(provider.isRevoked(session.family)).as("ended for a reason").isTrue();
      session.ended();
      return;
    }
    Session before = session.stored;
    Session after = stored.get();
    assertThat(after.generation()).isGreaterThanOrEqualTo(before.generation());
    eachTokenIsWhereItBelongs(after);
    if (after.generation() == before.generation()) {
      assertThat(after.tokens()).isEqualTo(before.tokens());
    }
    assertThat(after.absoluteExpiresAt()).isEqualTo(session.absoluteEnd());
    assertThat(after.idleExpiresAt())
        .as("use extends, a look does not")
        .isEqualTo(session.idleEnd());
    assertThat(after.expiresAt())
        .isBeforeOrEqualTo(after.tokens().refreshTokenExpiresAt().orElseThrow());
    if (!excused(session)) {
      assertThat(provider.isSpent(after.tokens().refreshToken().orElseThrow().reveal()))
          .as("the newest refresh token is stored")
          .isFalse();
    }
    session.seen(after);
  }

  private static void eachTokenIsWhereItBelongs(Session session) {
    assertThat(session.accessToken().value().reveal()).doesNotContain("@");
    assertThat(session.accessToken().generation()).isLessThanOrEqualTo(session.generation());
    assertThat(session.resources()).hasSizeLessThanOrEqualTo(8);
    session
        .resources()
        .forEach(
            grant ->
                grant
                    .token()
                    .ifPresent(
                        token ->
                            assertThat(token.value().reveal()).endsWith("@" + grant.resource())));
  }

  /** Mostly the session's own, else one of few or of many. */
  private Optional<URI> anyResource() {
    return chance(60)
        ? Optional.empty()
        : Optional.of(RESOURCES.get(random.nextInt(chance(70) ? 2 : RESOURCES.size())));
  }

  private static Wanted newer(KnownSession session, Optional<URI> resource) {
    long used = session.stored.accessToken(resource).map(AccessToken::generation).orElse(-1L);
    return Wanted.insteadOf(used).at(resource);
  }

  private boolean excused(KnownSession session) {
    return excused.contains(session.family) || provider.lost().contains(session.family);
  }

  private boolean isReadable(KnownSession session, Node node) {
    return !isAway && session.isLiveAt(now()) && node.sessions.reread(session.key()).isPresent();
  }

  // ---------------------------------------------------------------------- helpers

  private Instant now() {
    return database.clock().instant();
  }

  private Node anyNode() {
    return nodes[random.nextInt(2)];
  }

  private String name(Node node) {
    return node == nodes[0] ? "node 0" : "node 1";
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  @SafeVarargs
  private <T> T anyOf(T... values) {
    return values[random.nextInt(values.length)];
  }

  private void note(String what) {
    history.add(what);
  }

  private static String describe(RefreshOutcome outcome) {
    return outcome instanceof Fresh fresh
        ? "fresh, generation " + fresh.session().generation()
        : outcome.toString();
  }
}
