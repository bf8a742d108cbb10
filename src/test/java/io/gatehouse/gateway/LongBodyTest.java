package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a body breaks off because its session has ended; on the wire in GatewayStreamIT. */
class LongBodyTest {
  private boolean isOver;
  private boolean isUnknown;
  private int asked;
  private int cut;
  private final LongBody body = new LongBody(this::isOver, () -> cut++);

  private boolean isOver() {
    asked++;
    if (isUnknown) {
      throw new IllegalStateException("nobody can tell");
    }
    return isOver;
  }

  @Test
  void a_short_one_asks_nothing() {
    isOver = true;
    body.look();
    assertThat(asked).isZero();
    assertThat(cut).isZero();
  }

  @Test
  void a_long_one_goes_on_while_its_session_does() {
    looks(5);
    assertThat(asked).isEqualTo(4);
    assertThat(cut).isZero();
    isOver = true;
    body.look();
    assertThat(cut).isOne();
  }

  @Test
  void while_nobody_can_tell_it_goes_on() {
    isUnknown = true;
    looks(1000);
    assertThat(cut).isZero();
  }

  private void looks(int count) {
    for (int i = 0; i < count; i++) {
      body.look();
    }
  }
}
