package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.refresh.RefreshOutcome.TargetRefused;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.refresh.SimulatedProvider.Fate;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TestSessions;
import io.gatehouse.store.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a request waits for a refresh, by a timer that the test reads out. */
@Timeout(30)
class WaitingTest {
  private static final long EIGHT_SECONDS = Duration.ofSeconds(8).toNanos();

  private final TestDatabase database = TestDatabase.h2();
  private final SimulatedProvider provider = new SimulatedProvider(database.clock());
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch answers = new CountDownLatch(1);

  /** What the timer says to the test's own thread, one reading after the other. */
  private final Queue<LongSupplier> readings = new ArrayDeque<>();

  private final Thread caller = Thread.currentThread();
  private final SessionStore sessions = TestSessions.node(database);
  private final AccessTokenSource tokens =
      new AccessTokenSource(
          sessions,
          provider,
          Node.CONFIGURATION,
          new SecurityEvents(List.of()),
          database.clock(),
          () -> Thread.currentThread() == caller ? readings.remove().getAsLong() : 0,
          length -> {});
  private final SessionId id =
      TestSessions.open(
          sessions, TestSessions.opening("alice", "sid-1", provider.signIn()), Optional.empty());

  WaitingTest() {
    provider.afterFence =
        () -> {
          reached.countDown();
          awaitQuietly(answers);
        };
    database.advance(TestSessions.LIFE);
  }

  @AfterEach
  void close() {
    answers.countDown();
    tokens.close();
    database.close();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Session stored() {
    return sessions.reread(SessionKey.of(id)).orElseThrow();
  }

  private static long generation(RefreshOutcome outcome) {
    assertThat(outcome).isInstanceOf(Fresh.class);
    return ((Fresh) outcome).session().generation();
  }

  @Test
  void after_eight_seconds_a_request_is_asked_to_come_again_and_the_refresh_goes_on() {
    readings.addAll(List.of(() -> 0, () -> EIGHT_SECONDS));
    assertThat(tokens.current(id)).isEqualTo(new Unavailable(Duration.ofSeconds(2)));

    awaitQuietly(reached);
    answers.countDown();
    await().until(() -> stored().generation() == 1);
    assertThat(generation(tokens.current(id))).isEqualTo(1);
    assertThat(provider.requests()).isEqualTo(1);
  }

  @Test
  void until_then_it_waits_and_takes_what_comes() {
    readings.addAll(
        List.of(
            () -> 0,
            () -> {
              answers.countDown();
              return EIGHT_SECONDS / 2;
            }));
    assertThat(generation(tokens.current(id))).isEqualTo(1);
  }

  @Test
  void who_wants_a_newer_token_than_the_joined_flight_brings_flies_once_more() {
    CompletableFuture<RefreshOutcome> first = flying();
    readings.addAll(List.of(() -> 0, () -> landed(first, 0), () -> 0));
    assertThat(generation(tokens.refreshAfterRefusal(id, Optional.empty(), 1))).isEqualTo(2);
  }

  @Test
  void it_does_not_fly_once_more_when_the_eight_seconds_are_over() {
    CompletableFuture<RefreshOutcome> first = flying();
    readings.addAll(List.of(() -> 0, () -> landed(first, EIGHT_SECONDS)));
    assertThat(tokens.refreshAfterRefusal(id, Optional.empty(), 1)).isInstanceOf(Unavailable.class);
    assertThat(provider.requests()).isEqualTo(1);
  }

  /** What the provider says of one resource is no answer about another. */
  @Test
  void a_flight_for_one_resource_is_not_joined_by_who_wants_another() {
    provider.next(Fate.TARGET_REFUSED);
    CompletableFuture<RefreshOutcome> orders =
        CompletableFuture.supplyAsync(
            () -> tokens.current(id, Optional.of(URI.create("https://orders.example"))));
    awaitQuietly(reached);
    readings.addAll(
        List.of(
            () -> 0,
            () -> {
              answers.countDown();
              return 0;
            }));
    RefreshOutcome stock = tokens.current(id, Optional.of(URI.create("https://stock.example")));
    assertThat(orders.join()).isInstanceOf(TargetRefused.class);
    assertThat(stock).isInstanceOf(Fresh.class);
  }

  private CompletableFuture<RefreshOutcome> flying() {
    CompletableFuture<RefreshOutcome> first =
        CompletableFuture.supplyAsync(() -> tokens.current(id));
    awaitQuietly(reached);
    return first;
  }

  private long landed(CompletableFuture<RefreshOutcome> first, long now) {
    answers.countDown();
    assertThat(generation(first.join())).isEqualTo(1);
    return now;
  }
}
