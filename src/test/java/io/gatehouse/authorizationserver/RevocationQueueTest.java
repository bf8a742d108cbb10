package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RevocationQueueTest {
  private static final int FITS = 2 + 256;

  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final ProviderConfiguration provider = Setup.configuration(fake);
  private final List<SecurityEvent> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final RevocationQueue queue = queue(Duration.ofMillis(1));

  private RevocationQueue queue(Duration longestStop) {
    SecurityEvents published = new SecurityEvents(List.of(events::add));
    Discovery discovery = new Discovery(backChannel, MutableClock.atWholeSecond());
    return new RevocationQueue(
        new Revocation(discovery, new RevocationEndpoint(backChannel), published),
        published,
        longestStop);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    queue.close();
    backChannel.close();
    fake.close();
  }

  private void revoke(String session) {
    queue.revoke(provider, session, Secret.of("at-" + session), Optional.empty());
  }

  @Test
  void nobody_waits_for_a_revocation() {
    fake.always(Endpoint.REVOKE, Mischief.waitFor(gate));
    revoke("one");
    await().until(() -> fake.count(Endpoint.REVOKE) == 1);
    assertThat(events).isEmpty();
  }

  @Test
  void what_does_not_fit_is_told_as_failed_and_so_is_what_a_stop_leaves_behind() {
    fake.always(Endpoint.DISCOVERY, Mischief.waitFor(gate));
    for (int i = 0; i < FITS; i++) {
      revoke("fits-" + i);
    }
    assertThat(events).isEmpty();
    revoke("too many");
    assertThat(events).containsExactly(new RevocationFailed("default", "too many"));

    queue.close();
    assertThat(events).hasSize(1 + FITS - 2);
    revoke("too late");
    assertThat(events).contains(new RevocationFailed("default", "too late")).hasSize(FITS);
  }
}
