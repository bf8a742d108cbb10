package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.testing.House;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.WaitingRoom;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static final int SEATS = 16;
  private static final Optional<SessionKey> VISITOR = Optional.empty();

  private final House house = House.standard();
  private final Optional<SessionKey> alice = session();
  private final Optional<SessionKey> bob = session();
  private final WaitingRoom room = new WaitingRoom(SEATS);
  private final Shares shares = new Shares(room);
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void close() {
    over.countDown();
    room.close();
    house.close();
  }

  @Test
  void visitors_hold_half_and_leave_the_rest_to_who_is_signed_in() {
    take(VISITOR, SEATS / 2);
    assertThat(refused(VISITOR)).isEqualTo(ErrorId.BUSY);
    assertThatCode(() -> take(alice, 1)).doesNotThrowAnyException();
  }

  @Test
  void a_session_holds_a_quarter_and_leaves_the_rest_to_others() {
    take(alice, SEATS / 4);
    assertThat(refused(alice)).isEqualTo(ErrorId.TOO_MANY_CALLS);
    assertThatCode(() -> take(bob, SEATS / 4)).doesNotThrowAnyException();
    assertThatCode(() -> take(VISITOR, SEATS / 2)).doesNotThrowAnyException();
  }

  @Test
  void what_is_over_or_found_no_thread_counts_no_more() {
    for (int i = 0; i < SEATS; i++) {
      room.execute(this::untilOver);
    }
    for (int i = 0; i < SEATS; i++) {
      assertThat(refused(alice)).isEqualTo(ErrorId.BUSY);
      assertThat(refused(VISITOR)).isEqualTo(ErrorId.BUSY);
    }
    over.countDown();
    for (int i = 0; i < SEATS; i++) {
      Awaitility.await().ignoreExceptions().until(() -> isDone(alice));
      Awaitility.await().ignoreExceptions().until(() -> isDone(VISITOR));
    }
  }

  private boolean isDone(Optional<SessionKey> who) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    shares.of(who).execute(done::countDown);
    done.await();
    return true;
  }

  private void take(Optional<SessionKey> who, int times) {
    for (int i = 0; i < times; i++) {
      shares.of(who).execute(this::untilOver);
    }
  }

  private ErrorId refused(Optional<SessionKey> who) {
    return catchThrowableOfType(RequestRefused.class, () -> take(who, 1)).id();
  }

  private void untilOver() {
    try {
      over.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<SessionKey> session() {
    return Optional.of(house.sessions.peek(house.signIn("alice")).orElseThrow().key());
  }
}
