package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.Reply;
import io.gatehouse.token.LogoutTokenValidator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Security rule 10: new keys are found, and nobody can make us look for them without end. */
class RemoteKeySetTest {
  private static final Duration INTERVAL = RemoteKeySet.REFETCH_INTERVAL;

  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final MutableClock clock = MutableClock.atWholeSecond();
  private final ProviderConfiguration configuration = Setup.configuration(fake);
  private final Provider provider = new Discovery(backChannel, clock).provider(configuration);

  @AfterEach
  void stop() {
    backChannel.close();
    fake.close();
  }

  @Test
  void a_token_signed_with_a_new_key_passes_after_one_more_look() {
    clock.advance(INTERVAL);
    fake.rotateKeys();
    LogoutTokenValidator validator =
        new LogoutTokenValidator(java.time.Clock.systemUTC(), Duration.ofSeconds(30));
    LogoutTokenValidator.Expectation expected =
        new LogoutTokenValidator.Expectation(
            configuration.issuer(),
            configuration.client().clientId(),
            configuration.client().idTokenSignedResponseAlg(),
            provider.keys());

    assertThatCode(
            () -> validator.validate(fake.logoutToken().claim("sub", "alice").build(), expected))
        .doesNotThrowAnyException();
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);
  }

  @Test
  void invented_kids_cause_one_look_per_interval() {
    clock.advance(INTERVAL);
    for (int i = 0; i < 20; i++) {
      assertThat(keys("invented-" + i)).isEmpty();
    }
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);

    clock.advance(INTERVAL.minusNanos(1));
    keys("invented");
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);

    clock.advance(Duration.ofNanos(1));
    keys("invented");
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(3);
  }

  @Test
  void keys_just_fetched_are_not_fetched_again() {
    keys("invented");

    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(1);
  }

  @Test
  void a_known_kid_causes_no_look_at_all() {
    clock.advance(INTERVAL.multipliedBy(100));

    assertThat(keys(provider.keys().jwkSet().getKeys().get(0).getKeyID())).hasSize(1);
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(1);
  }

  @Test
  void old_keys_stay_when_a_look_fails_and_the_failure_counts_for_the_interval() {
    String known = provider.keys().jwkSet().getKeys().get(0).getKeyID();
    clock.advance(INTERVAL);
    fake.next(Endpoint.JWKS, Mischief.garbage());
    fake.always(Endpoint.JWKS, Mischief.die());

    assertThat(keys("invented")).isEmpty();
    assertThat(keys("invented")).isEmpty();
    assertThat(keys(known)).hasSize(1);
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);
  }

  @Test
  void old_keys_stay_when_a_look_brings_none() {
    String known = provider.keys().jwkSet().getKeys().get(0).getKeyID();
    clock.advance(INTERVAL);
    fake.next(Endpoint.JWKS, Mischief.reply(Reply.json(200, Map.of("keys", List.of()))));

    assertThat(keys("invented")).isEmpty();
    assertThat(keys(known)).hasSize(1);
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);
  }

  @Test
  void a_key_taken_back_is_gone_after_the_next_look() {
    String known = provider.keys().jwkSet().getKeys().get(0).getKeyID();
    clock.advance(INTERVAL);
    fake.replaceKeys();

    keys("invented");

    assertThat(keys(known)).isEmpty();
  }

  @Test
  void those_who_come_while_one_looks_wait_for_what_it_brings() throws Exception {
    clock.advance(INTERVAL);
    fake.rotateKeys();
    String kid = fake.logoutToken().build().reveal();
    String newKid = com.nimbusds.jose.JWSObject.parse(kid).getHeader().getKeyID();
    CountDownLatch gate = new CountDownLatch(1);
    fake.next(Endpoint.JWKS, Mischief.waitFor(gate));
    ExecutorService callers = Executors.newFixedThreadPool(RemoteKeySet.LONGEST_LINE);
    try {
      List<Future<List<JWK>>> calls = new ArrayList<>();
      for (int i = 0; i < RemoteKeySet.LONGEST_LINE; i++) {
        calls.add(callers.submit(() -> keys(newKid)));
      }
      await().until(() -> fake.count(Endpoint.JWKS) == 2);
      gate.countDown();

      for (Future<List<JWK>> call : calls) {
        assertThat(call.get()).hasSize(1);
      }
      assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);
    } finally {
      callers.shutdownNow();
    }
  }

  /** Whoever sends a token decides its kid: a provider that hangs must not hold all our threads. */
  @Test
  void those_for_whom_the_line_is_too_long_get_the_old_keys_at_once() throws Exception {
    clock.advance(INTERVAL);
    fake.rotateKeys();
    String newKid =
        com.nimbusds.jose.JWSObject.parse(fake.logoutToken().build().reveal())
            .getHeader()
            .getKeyID();
    CountDownLatch gate = new CountDownLatch(1);
    fake.next(Endpoint.JWKS, Mischief.waitFor(gate));
    ExecutorService callers = Executors.newFixedThreadPool(2 * RemoteKeySet.LONGEST_LINE);
    try {
      List<Future<List<JWK>>> calls = new ArrayList<>();
      for (int i = 0; i < 2 * RemoteKeySet.LONGEST_LINE; i++) {
        calls.add(callers.submit(() -> keys(newKid)));
      }
      await()
          .until(() -> calls.stream().filter(Future::isDone).count() == RemoteKeySet.LONGEST_LINE);
      assertThat(keys(newKid)).isEmpty();
      gate.countDown();

      int brought = 0;
      for (Future<List<JWK>> call : calls) {
        brought += call.get().size();
      }
      assertThat(brought).isEqualTo(RemoteKeySet.LONGEST_LINE);
      assertThat(fake.count(Endpoint.JWKS)).isEqualTo(2);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void a_look_that_takes_long_counts_from_its_beginning() throws Exception {
    clock.advance(INTERVAL);
    CountDownLatch gate = new CountDownLatch(1);
    fake.next(Endpoint.JWKS, Mischief.waitFor(gate));
    ExecutorService callers = Executors.newFixedThreadPool(1);
    try {
      Future<List<JWK>> look = callers.submit(() -> keys("invented"));
      await().until(() -> fake.count(Endpoint.JWKS) == 2);
      clock.advance(INTERVAL);
      gate.countDown();
      assertThat(look.get()).isEmpty();
    } finally {
      callers.shutdownNow();
    }
    keys("invented");
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(3);
  }

  private List<JWK> keys(String kid) {
    return provider.keys().keys(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build());
  }
}
