package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
  private final CountDownLatch slow = new CountDownLatch(1);
  private final WaitingRoom room = new WaitingRoom(2);

  @AfterEach
  void close() {
    slow.countDown();
    room.close();
  }

  @Test
  void who_waits_is_in_nobodys_way() throws InterruptedException {
    CountDownLatch served = new CountDownLatch(1);
    room.execute(this::waitForTheSlow);
    room.execute(served::countDown);
    assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_full_room_refuses_at_once_and_seats_become_free_again() {
    room.execute(this::waitForTheSlow);
    room.execute(this::waitForTheSlow);
    RequestRefused refused =
        catchThrowableOfType(RequestRefused.class, () -> room.execute(() -> {}));
    assertThat(refused.id()).isEqualTo(ErrorId.BUSY);
    assertThat(refused.retryAfter()).isPresent();
    slow.countDown();
    Awaitility.await().ignoreExceptions().until(() -> isServed(room));
  }

  private static boolean isServed(WaitingRoom room) {
    room.execute(() -> {});
    return true;
  }

  private void waitForTheSlow() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
