package io.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultTest {
  @Test
  void a_fault_carries_its_id_and_its_sentence() {
    Fault fault = new Passing(ErrorId.STATE_EXPIRED, "It took 61 minutes.");
    assertThat(fault.id()).isEqualTo(ErrorId.STATE_EXPIRED);
    assertThat(fault.detail()).isEqualTo("It took 61 minutes.");
    assertThat(fault).hasNoCause();
  }

  @Test
  void a_fault_does_not_pass_by_itself_unless_it_says_so() {
    assertThat(new Passing(ErrorId.STATE_EXPIRED, "x").retryAfter()).isEmpty();
    Fault passing =
        new Passing(ErrorId.STORE_UNREACHABLE, "x") {
          @Override
          public Optional<Duration> retryAfter() {
            return Optional.of(Duration.ofSeconds(2));
          }
        };
    assertThat(passing.retryAfter()).contains(Duration.ofSeconds(2));
  }

  @Test
  void codes_are_stable() {
    assertThat(ErrorId.LOGIN_NOT_A_NAVIGATION.code()).isEqualTo("GH-1203");
    assertThat(ErrorId.STATE_OF_ANOTHER_BROWSER.code()).isEqualTo("GH-1206");
    assertThat(ErrorId.ID_TOKEN_REFUSED.code()).isEqualTo("GH-1302");
    assertThat(ErrorId.STORE_UNREACHABLE.code()).isEqualTo("GH-1901");
  }

  private static class Passing extends Fault {
    private static final long serialVersionUID = 1L;

    Passing(ErrorId id, String detail) {
      super(id, detail);
    }
  }
}
