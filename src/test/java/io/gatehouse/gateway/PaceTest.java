package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  // close to the end: differences alone may count
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Pace pace = new Pace(nanos::get);

  @Test
  void a_pause_has_an_end() {
    pace.await();
    after(Duration.ofSeconds(30));
    assertThat(pace.isTooSlow()).isFalse();
    after(Duration.ofNanos(1));
    assertThat(pace.isTooSlow()).isTrue();
  }

  @Test
  void bytes_that_drip_are_one_pause() {
    received(1, Duration.ofSeconds(29));
    assertThat(pace.isTooSlow()).isFalse();
    received(1, Duration.ofSeconds(2));
    assertThat(pace.isTooSlow()).isTrue();
  }

  @Test
  void what_comes_at_least_at_the_pace_may_last_for_ever() {
    for (int i = 0; i < 100_000; i++) {
      received(512, Duration.ofSeconds(1));
    }
    assertThat(pace.isTooSlow()).isFalse();
  }

  @Test
  void a_bad_link_with_long_gaps_passes() {
    for (int i = 0; i < 1000; i++) {
      received(1400, Duration.ofSeconds(25));
      for (int j = 0; j < 30; j++) {
        received(1400, Duration.ofSeconds(1));
      }
    }
    assertThat(pace.isTooSlow()).isFalse();
  }

  @Test
  void much_at_once_buys_no_time_for_later() {
    for (int i = 0; i < 10_000; i++) {
      received(16 * 1024, Duration.ZERO);
    }
    received(1, Duration.ofSeconds(29));
    received(1, Duration.ofSeconds(2));
    assertThat(pace.isTooSlow()).isTrue();
  }

  @Test
  void time_in_which_nobody_asks_for_more_does_not_count() {
    received(1, Duration.ofSeconds(29));
    after(Duration.ofHours(1));
    assertThat(pace.isTooSlow()).isFalse();
  }

  private void received(int bytes, Duration within) {
    pace.await();
    after(within);
    pace.came(bytes);
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
