package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.web.RequestRefused;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many WebSockets open at a time; on the wire in GatewayWebSocketIT. */
class OpeningsTest {
  private static final Optional<SessionKey> ALICE = Optional.of(new SessionKey("alice"));
  private static final Optional<SessionKey> BOB = Optional.of(new SessionKey("bob"));
  private static final Optional<SessionKey> NOBODY = Optional.empty();

  private final Openings openings = new Openings(2);

  @Test
  void a_session_opens_one_at_a_time() {
    Runnable first = openings.begin(ALICE);
    assertRefused(ALICE);
    Runnable other = openings.begin(BOB);
    first.run();
    other.run();
    for (int i = 0; i < 10; i++) {
      openings.begin(ALICE).run();
    }
  }

  @Test
  void all_together_open_so_many() {
    openings.begin(NOBODY);
    Runnable second = openings.begin(NOBODY);
    assertRefused(ALICE);
    assertRefused(NOBODY);
    second.run();
    // who was refused has none that opens
    openings.begin(ALICE);
  }

  private void assertRefused(Optional<SessionKey> who) {
    assertThatThrownBy(() -> openings.begin(who))
        .isInstanceOfSatisfying(
            RequestRefused.class,
            refused -> {
              assertThat(refused.id()).isEqualTo(ErrorId.BUSY);
              assertThat(refused.retryAfter()).isPresent();
            });
  }
}
