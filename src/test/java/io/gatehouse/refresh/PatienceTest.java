package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatienceTest {
  private static final Duration HOURS = Duration.ofHours(10);

  private final PauseUntilStop pause = new PauseUntilStop();
  private final AtomicBoolean wasInterrupted = new AtomicBoolean();

  @Test
  void a_stop_ends_all_waiting_and_interrupts_nobody() throws Exception {
    Thread waiting =
        new Thread(
            () -> {
              Patience patience = new Patience(HOURS, HOURS, System::nanoTime, pause);
              while (patience.isLeft()) {}
              wasInterrupted.set(Thread.currentThread().isInterrupted());
            });
    waiting.start();
    await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    pause.end();
    waiting.join();
    assertThat(wasInterrupted).isFalse();
    assertThat(new Patience(HOURS, HOURS, System::nanoTime, pause).isLeft()).isFalse();
  }
}
