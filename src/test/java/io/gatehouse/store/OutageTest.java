package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final Outage outage = new Outage(nanos::get);

  @Test
  void while_the_database_answers_everybody_may_ask() {
    assertThat(outage.admits()).isTrue();
    assertThat(outage.admits()).isTrue();
  }

  @Test
  void a_failure_at_once_keeps_nobody_from_asking() {
    outage.failed(false);

    assertThat(outage.admits()).isTrue();
  }

  @Test
  void after_a_slow_failure_nobody_asks_for_a_second_and_then_one() {
    outage.failed(true);

    assertThat(outage.admits()).isFalse();
    advance(Duration.ofMillis(999));
    assertThat(outage.admits()).isFalse();
    advance(Duration.ofMillis(1));
    assertThat(outage.admits()).isTrue();
    assertThat(outage.admits()).isFalse();
  }

  @Test
  void the_one_who_asks_in_vain_lets_the_next_wait_again() {
    outage.failed(true);
    advance(Duration.ofSeconds(1));
    outage.admits();
    advance(Duration.ofSeconds(2));

    outage.failed(false); // refused by now, and still away

    assertThat(outage.admits()).isFalse();
    advance(Duration.ofSeconds(1));
    assertThat(outage.admits()).isTrue();
  }

  @Test
  void an_answer_ends_it_for_all() {
    outage.failed(true);
    advance(Duration.ofSeconds(1));
    outage.admits();

    outage.answered();

    assertThat(outage.admits()).isTrue();
    assertThat(outage.admits()).isTrue();
  }

  @Test
  void one_who_asks_and_never_tells_does_not_keep_the_others_out_for_ever() {
    outage.failed(true);
    advance(Duration.ofSeconds(1));
    outage.admits();

    advance(Duration.ofSeconds(10));

    assertThat(outage.admits()).isTrue();
  }

  private void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }
}
