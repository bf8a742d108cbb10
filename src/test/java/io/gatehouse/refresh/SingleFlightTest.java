package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.refresh.RefreshOutcome.SessionEnded;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.refresh.SingleFlight.Destination;
import io.gatehouse.session.SessionKey;
import io.gatehouse.store.AtOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SingleFlightTest {
  private static final int FITS = 32 + 1024;
  private static final String HERE = "here";

  private static Destination to(String session) {
    return new Destination(new SessionKey(session), Optional.empty());
  }

  private static final Destination KEY = to("session");

  private final SingleFlight flights = new SingleFlight(Duration.ofSeconds(30));
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger started = new AtomicInteger();

  @AfterEach
  void stop() {
    gate.countDown();
    flights.close();
  }

  private static RefreshOutcome outcome() {
    return new Unavailable(Duration.ofSeconds(17));
  }

  private RefreshOutcome heldUp() {
    started.incrementAndGet();
    awaitQuietly(gate);
    return outcome();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static RefreshOutcome get(CompletableFuture<RefreshOutcome> flight) throws Exception {
    return flight.get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 256})
  void however_many_ask_at_once_one_flies_and_all_get_what_it_brings(int threads) throws Exception {
    Set<CompletableFuture<RefreshOutcome>> joined = ConcurrentHashMap.newKeySet();
    AtOnce.run(threads, number -> joined.add(flights.join(KEY, HERE, this::heldUp)));
    assertThat(joined).hasSize(1);
    gate.countDown();
    assertThat(get(joined.iterator().next())).isEqualTo(outcome());
    assertThat(started).hasValue(1);
  }

  @Test
  void sessions_do_not_wait_for_each_other() throws Exception {
    flights.join(KEY, HERE, this::heldUp);
    assertThat(get(flights.join(to("other"), HERE, SessionEnded::new)))
        .isEqualTo(new SessionEnded());
  }

  @Test
  void who_comes_after_the_landing_gets_a_flight_of_their_own() throws Exception {
    for (int i = 1; i <= 100; i++) {
      RefreshOutcome brought = new Unavailable(Duration.ofSeconds(i));
      // what has landed is gone before anybody hears of it, so nobody can board it again
      assertThat(get(flights.join(KEY, HERE, () -> brought))).isEqualTo(brought);
    }
  }

  @Test
  void a_crash_is_everybodys_and_the_next_one_flies_again() throws Exception {
    CompletableFuture<RefreshOutcome> crashing =
        flights.join(
            KEY,
            HERE,
            () -> {
              heldUp();
              throw new IllegalStateException("crashed");
            });
    CompletableFuture<RefreshOutcome> joined = flights.join(KEY, HERE, this::heldUp);
    gate.countDown();
    for (CompletableFuture<RefreshOutcome> flight : List.of(crashing, joined)) {
      assertThatThrownBy(() -> get(flight))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
    assertThat(get(flights.join(KEY, HERE, SessionEnded::new))).isEqualTo(new SessionEnded());
  }

  @Test
  void what_does_not_fit_is_refused_at_once_and_may_come_again() throws Exception {
    List<CompletableFuture<RefreshOutcome>> fitting = new ArrayList<>();
    for (int i = 0; i < FITS; i++) {
      fitting.add(flights.join(to("session-" + i), HERE, this::heldUp));
    }
    assertThat(flights.join(KEY, HERE, this::heldUp))
        .isCompletedWithValueMatching(Unavailable.class::isInstance);
    assertThat(fitting).noneMatch(CompletableFuture::isDone);
    gate.countDown();
    for (CompletableFuture<RefreshOutcome> flight : fitting) {
      assertThat(get(flight)).isEqualTo(outcome());
    }
    assertThat(get(flights.join(KEY, HERE, SessionEnded::new))).isEqualTo(new SessionEnded());
    assertThat(started).hasValue(FITS);
  }

  @Test
  void a_stop_starts_nothing_more_and_waits_for_what_is_running() throws Exception {
    CompletableFuture<RefreshOutcome> running = flights.join(KEY, HERE, this::heldUp);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(flights::close);
    int refused = 0;
    while (refused == 0) { // until the stop has begun
      Destination next = to("late-" + started.get());
      if (flights.join(next, HERE, this::heldUp).isDone()) {
        refused++;
      }
    }
    assertThat(stopped).isNotDone();
    gate.countDown();
    stopped.get(30, TimeUnit.SECONDS);
    assertThat(running).isCompletedWithValue(outcome());
  }

  @Test
  void one_provider_that_hangs_holds_up_nobody_elses_users() throws Exception {
    CompletableFuture<RefreshOutcome> refused;
    int number = 0;
    do {
      refused = flights.join(to("session-" + number++), "hanging", this::heldUp);
    } while (!refused.isDone());
    assertThat(get(flights.join(KEY, HERE, SessionEnded::new))).isEqualTo(new SessionEnded());
  }

  @Test
  void a_stop_refuses_what_has_no_thread_yet() throws Exception {
    List<CompletableFuture<RefreshOutcome>> joined = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      joined.add(flights.join(to("session-" + i), HERE, this::heldUp));
    }
    await().until(() -> started.get() == 32);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(flights::close);
    for (CompletableFuture<RefreshOutcome> waiting : joined.subList(32, 40)) {
      assertThat(get(waiting)).isInstanceOf(Unavailable.class).isNotEqualTo(outcome());
    }
    assertThat(joined.subList(0, 32)).noneMatch(CompletableFuture::isDone);
    gate.countDown();
    stopped.get(30, TimeUnit.SECONDS);
    assertThat(joined.subList(0, 32)).allMatch(flight -> flight.join().equals(outcome()));
    assertThat(started).hasValue(32);
  }

  @Test
  void a_stop_does_not_wait_for_ever_and_interrupts_nobody() throws Exception {
    SingleFlight impatient = new SingleFlight(Duration.ofMillis(1));
    AtomicBoolean interrupted = new AtomicBoolean();
    CompletableFuture<RefreshOutcome> running =
        impatient.join(
            KEY,
            HERE,
            () -> {
              RefreshOutcome brought = heldUp();
              interrupted.set(Thread.currentThread().isInterrupted());
              return brought;
            });
    await().until(() -> started.get() == 1);
    impatient.close();
    gate.countDown();
    assertThat(get(running)).isEqualTo(outcome());
    assertThat(interrupted).isFalse();
  }
}
