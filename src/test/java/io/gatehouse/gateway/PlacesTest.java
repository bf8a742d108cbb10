package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.RouteConfiguration.Limits;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.testing.House;
import io.gatehouse.web.RequestRefused;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final House house = House.standard();
  private final Optional<SessionKey> alice = session();
  private final Optional<SessionKey> bob = session();
  private final Places places =
      new Places(new Limits(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 3, 2));

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void a_session_has_so_many_and_all_together_have_so_many() {
    Runnable first = places.take(alice);
    places.take(alice);
    assertRefused(alice);
    Runnable third = places.take(bob);
    assertRefused(bob);
    assertRefused(Optional.empty());
    first.run();
    places.take(alice);
    assertRefused(bob);
    third.run();
    assertThatCode(() -> places.take(Optional.empty())).doesNotThrowAnyException();
  }

  @Test
  void a_place_is_given_back_once() {
    Runnable leave = places.take(alice);
    leave.run();
    leave.run();
    places.take(alice);
    places.take(alice);
    assertRefused(alice);
  }

  private void assertRefused(Optional<SessionKey> who) {
    assertThatThrownBy(() -> places.take(who))
        .isInstanceOfSatisfying(
            RequestRefused.class,
            refused -> {
              org.assertj.core.api.Assertions.assertThat(refused.id())
                  .isEqualTo(ErrorId.TOO_MANY_CALLS);
              org.assertj.core.api.Assertions.assertThat(refused.retryAfter()).isPresent();
            });
  }

  private Optional<SessionKey> session() {
    return Optional.of(house.sessions.peek(house.signIn("alice")).orElseThrow().key());
  }
}
