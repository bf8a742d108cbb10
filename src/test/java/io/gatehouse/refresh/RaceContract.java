package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.refresh.RefreshOutcome.SessionEnded;
import io.gatehouse.refresh.RefreshOutcome.TargetRefused;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.refresh.SimulatedProvider.Fate;
import io.gatehouse.session.Session;
import io.gatehouse.session.TestSessions;
import io.gatehouse.store.AtOnce;
import io.gatehouse.store.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads at once on one session, over several nodes, against a provider that revokes
 * everything when a refresh token comes twice.
 */
@Timeout(120)
abstract class RaceContract {
  private static final Duration LEASE = Node.CONFIGURATION.lease();
  private static final int THREADS = 64;
  private static final URI ORDERS = URI.create("https://orders.example");
  private static final URI STOCK = URI.create("https://stock.example");

  private Cluster cluster;

  abstract TestDatabase open();

  private void start(int nodes) {
    cluster = new Cluster(open(), nodes);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private List<RefreshOutcome> atOnce(
      int threads, BiFunction<AccessTokenSource, Integer, RefreshOutcome> call) {
    Queue<RefreshOutcome> outcomes = new ConcurrentLinkedQueue<>();
    AtOnce.run(
        threads, number -> outcomes.add(call.apply(cluster.member(number).tokens(), number)));
    assertThat(outcomes).hasSize(threads);
    return List.copyOf(outcomes);
  }

  private void assertAllHave(List<RefreshOutcome> outcomes, String accessToken) {
    assertThat(outcomes)
        .allSatisfy(outcome -> assertThat(accessToken(outcome)).isEqualTo(accessToken));
  }

  private String accessToken(RefreshOutcome outcome) {
    assertThat(outcome).isInstanceOf(Fresh.class);
    Session session = ((Fresh) outcome).session();
    assertThat(session.accessToken().isGoodAt(cluster.database.clock().instant())).isTrue();
    return session.tokens().accessToken().reveal();
  }

  private static String accessToken(RefreshOutcome outcome, URI resource) {
    assertThat(outcome).isInstanceOf(Fresh.class);
    return ((Fresh) outcome)
        .session()
        .accessToken(Optional.of(resource))
        .orElseThrow()
        .value()
        .reveal();
  }

  private Session stored(SessionId id) {
    return cluster.stored(id).orElseThrow();
  }

  private void expire() {
    cluster.database.advance(TestSessions.LIFE);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  // ------------------------------------------------------------ one refresh

  @ParameterizedTest
  @CsvSource({"64, 1", "64, 2", "64, 4", "256, 1", "256, 2", "256, 4"})
  void each_expiry_costs_one_request_and_everybody_gets_the_new_token(int threads, int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    for (int expiry = 1; expiry <= 3; expiry++) {
      expire();
      assertAllHave(atOnce(threads, (tokens, number) -> tokens.current(id)), "at-" + (expiry + 1));
      assertThat(cluster.provider.requests()).isEqualTo(expiry);
      assertThat(stored(id).generation()).isEqualTo(expiry);
    }
    assertThat(cluster.provider.reuses()).isZero();
  }

  @Test
  void sessions_that_expire_together_are_refreshed_once_each() {
    start(4);
    List<SessionId> ids = new ArrayList<>();
    for (int i = 0; i < THREADS / 4; i++) {
      ids.add(cluster.signIn());
    }
    expire();
    atOnce(THREADS, (tokens, number) -> tokens.current(ids.get(number / 4)))
        .forEach(this::accessToken);
    assertThat(cluster.provider.requests()).isEqualTo(ids.size());
    assertThat(cluster.provider.reuses()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void ahead_of_expiry_nobody_waits_for_the_one_refresh(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    cluster.provider.afterFence =
        () -> {
          reached.countDown();
          awaitQuietly(answers);
        };
    cluster.database.advance(TestSessions.LIFE.minusSeconds(30));

    // the provider does not answer before everybody is served
    assertAllHave(atOnce(THREADS, (tokens, number) -> tokens.current(id)), "at-1");
    awaitQuietly(reached);
    assertAllHave(atOnce(THREADS, (tokens, number) -> tokens.current(id)), "at-1");

    answers.countDown();
    await().until(() -> stored(id).generation() == 1);
    assertThat(cluster.provider.requests()).isEqualTo(1);
    expire();
    assertAllHave(atOnce(THREADS, (tokens, number) -> tokens.current(id)), "at-3");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void a_resource_costs_one_request_an_expiry_and_the_own_token_none(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    for (int expiry = 1; expiry <= 3; expiry++) {
      String expected = "at-" + (expiry + 1) + "@" + ORDERS;
      assertThat(atOnce(THREADS, (tokens, number) -> tokens.current(id, Optional.of(ORDERS))))
          .allSatisfy(outcome -> assertThat(accessToken(outcome, ORDERS)).isEqualTo(expected));
      assertThat(cluster.provider.requests()).isEqualTo(expiry);
      expire();
    }
    assertThat(cluster.provider.reuses()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void resources_and_the_own_token_wanted_at_once_cost_one_request_each(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    expire();
    List<Optional<URI>> all = List.of(Optional.empty(), Optional.of(ORDERS), Optional.of(STOCK));
    assertThat(atOnce(THREADS, (tokens, number) -> tokens.current(id, all.get(number % 3))))
        .allMatch(Fresh.class::isInstance);
    assertThat(cluster.provider.requests()).isEqualTo(3);
    assertThat(cluster.provider.reuses()).isZero();
    assertThat(stored(id).generation()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void a_resource_that_the_provider_refuses_is_asked_for_once_by_everybody_together(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    cluster.provider.always(Fate.TARGET_REFUSED);
    assertThat(atOnce(THREADS, (tokens, number) -> tokens.current(id, Optional.of(ORDERS))))
        .allMatch(TargetRefused.class::isInstance);
    assertThat(cluster.provider.requests()).isEqualTo(1);
    assertThat(stored(id).generation()).isEqualTo(1);
  }

  // --------------------------------------------------------- wanting a newer one

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void a_token_that_a_resource_refused_to_all_is_replaced_once(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    assertAllHave(
        atOnce(THREADS, (tokens, number) -> tokens.refreshAfterRefusal(id, Optional.empty(), 0)),
        "at-2");
    assertThat(cluster.provider.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void whoever_wants_a_newer_token_gets_one_and_none_is_sent_twice(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    Queue<Long> gained = new ConcurrentLinkedQueue<>();
    atOnce(
        THREADS,
        (tokens, number) -> {
          // refused is the first: one that a refresh has just brought is not replaced
          long before = number % 3 == 1 ? Session.FIRST_GENERATION : stored(id).generation();
          RefreshOutcome outcome =
              switch (number % 3) {
                case 0 -> tokens.refreshNow(id);
                case 1 -> tokens.refreshAfterRefusal(id, Optional.empty(), before);
                default -> tokens.current(id);
              };
          accessToken(outcome);
          if (number % 3 < 2) {
            gained.add(((Fresh) outcome).session().generation() - before);
          }
          return outcome;
        });
    assertThat(gained).hasSizeGreaterThan(THREADS / 2).allMatch(by -> by >= 1);
    assertThat(stored(id).generation()).isEqualTo(cluster.provider.requests());
    assertThat(cluster.provider.reuses()).isZero();
  }

  // ------------------------------------------------------------------ trouble

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void a_provider_in_trouble_gets_one_request_and_everybody_is_asked_to_come_again(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    int sent = 0;
    for (Fate fate : List.of(Fate.REFUSED, Fate.REQUEST_LOST)) {
      cluster.provider.next(fate);
      expire();
      assertThat(atOnce(THREADS, (tokens, number) -> tokens.current(id)))
          .allMatch(Unavailable.class::isInstance);
      assertThat(cluster.provider.requests()).isEqualTo(++sent);
      cluster.database.advance(Duration.ofSeconds(10));
      atOnce(THREADS, (tokens, number) -> tokens.current(id)).forEach(this::accessToken);
      assertThat(cluster.provider.requests()).isEqualTo(++sent);
    }
    assertThat(cluster.provider.reuses()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void a_refresh_token_that_is_dead_ends_the_session_for_all_at_once(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    cluster.provider.revokeEverything();
    expire();
    assertThat(atOnce(THREADS, (tokens, number) -> tokens.current(id)))
        .allMatch(SessionEnded.class::isInstance);
    assertThat(cluster.provider.requests()).isEqualTo(1);
    assertThat(cluster.stored(id)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void a_sign_out_in_the_middle_ends_it_for_everybody_and_the_new_tokens_go_too(int nodes) {
    start(nodes);
    SessionId id = cluster.signIn();
    cluster.provider.afterProcessing =
        () -> cluster.member(nodes - 1).sessions().end(id).orElseThrow();
    expire();
    assertThat(atOnce(THREADS, (tokens, number) -> tokens.current(id)))
        .allMatch(SessionEnded.class::isInstance);
    assertThat(cluster.provider.revocations()).containsExactly("rt-2");
    assertThat(cluster.stored(id)).isEmpty();
  }

  // ---------------------------------------------------------------- the fence

  /** The second half is the control: without the fence the same stalls cost sessions. */
  @Test
  void a_stall_longer_than_the_lease_costs_nothing_with_the_fence_and_the_session_without() {
    start(2);
    int stalls = 5;
    assertThat(sessionsLostTo(stalls)).isZero();
    assertThat(cluster.provider.reuses()).isZero();

    cluster.provider.fenceIsAsked = false;
    assertThat(sessionsLostTo(stalls)).isEqualTo(stalls);
    assertThat(cluster.provider.reuses()).isEqualTo(stalls);
  }

  private int sessionsLostTo(int stalls) {
    int lost = 0;
    for (int i = 0; i < stalls; i++) {
      SessionId id = cluster.signIn();
      expire();
      AtomicBoolean isFirst = new AtomicBoolean(true);
      cluster.provider.beforeFence =
          () -> {
            if (isFirst.getAndSet(false)) {
              stallUntilTheOtherNodeHasRefreshed(id);
            }
          };
      AccessTokenSource stalling = cluster.member(0).tokens();
      assertThat(atOnce(THREADS, (tokens, number) -> stalling.current(id)))
          .as("waited too long, or served; never signed out")
          .noneMatch(SessionEnded.class::isInstance);
      accessToken(stalling.current(id)); // also when the stalled flight has not come down yet
      expire();
      lost += cluster.member(1).tokens().current(id) instanceof SessionEnded ? 1 : 0;
    }
    return lost;
  }

  private void stallUntilTheOtherNodeHasRefreshed(SessionId id) {
    cluster.database.advance(LEASE);
    CompletableFuture<RefreshOutcome> other =
        CompletableFuture.supplyAsync(() -> cluster.member(1).tokens().current(id));
    // the moment that an owner called off has left passes too
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              cluster.database.advance(Duration.ofMillis(500));
              return other.isDone();
            });
    assertThat(((Fresh) other.join()).session().generation()).isEqualTo(1);
  }
}
