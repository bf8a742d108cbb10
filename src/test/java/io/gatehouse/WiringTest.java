package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.authorizationserver.BackChannel;
import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.refresh.RefreshOutcome;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.TokenRevocation;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An orderly stop: whatever is under way still has what it needs to finish. */
@Timeout(60)
class WiringTest {
  private final House house = House.standard();
  private final SessionId id = house.signIn("alice");
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Wiring wiring = new Wiring();
  private final BackChannel backChannel = wiring.backChannel(house.configuration);
  private final Discovery discovery = wiring.discovery(backChannel, house.database.clock());
  private final Revocation revocation =
      wiring.revocation(discovery, backChannel, house.securityEvents);

  @AfterEach
  void close() {
    gate.countDown();
    house.close();
  }

  private Session stored() {
    return house.sessions.reread(SessionKey.of(id)).orElseThrow();
  }

  /** Until it waits for what is under way. */
  private Thread stopping() {
    Thread stop = new Thread(wiring::stop);
    stop.start();
    await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
    return stop;
  }

  @Test
  void a_refresh_that_was_sent_stores_its_tokens() throws Exception {
    AccessTokenSource tokens =
        wiring.accessTokens(
            house.configuration,
            house.sessions,
            discovery,
            wiring.tokenEndpoint(backChannel),
            revocation,
            house.idTokens,
            house.securityEvents,
            house.database.clock());
    house.database.advance(Duration.ofDays(1));
    house.database.execute(
        "UPDATE gatehouse_session SET idle_expires_at = "
            + house.database.clock().instant().plusSeconds(60).toEpochMilli());
    int sent = house.provider.count(Endpoint.TOKEN);
    house.provider.next(Endpoint.TOKEN, Mischief.waitFor(gate));
    CompletableFuture<RefreshOutcome> refresh =
        CompletableFuture.supplyAsync(() -> tokens.current(id));
    await().until(() -> house.provider.count(Endpoint.TOKEN) == sent + 1);

    Thread stop = stopping();
    gate.countDown();
    stop.join();

    assertThat(refresh.join()).isInstanceOf(Fresh.class);
    assertThat(stored().generation()).isEqualTo(1);
  }

  @Test
  void tokens_that_are_being_revoked_are_revoked() throws Exception {
    TokenRevocation revocations =
        wiring.tokenRevocation(house.configuration, revocation, house.securityEvents);
    int sent = house.provider.count(Endpoint.REVOKE);
    house.provider.next(Endpoint.REVOKE, Mischief.waitFor(gate));
    revocations.of("default", "handle", stored().tokens());
    await().until(() -> house.provider.count(Endpoint.REVOKE) == sent + 1);

    Thread stop = stopping();
    gate.countDown();
    stop.join();

    assertThat(house.provider.count(Endpoint.REVOKE)).isEqualTo(sent + 2);
    assertThat(house.events(RevocationFailed.class)).isEmpty();
  }
}
