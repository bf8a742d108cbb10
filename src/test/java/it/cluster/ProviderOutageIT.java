package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.store.AtOnce;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Mischief;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the provider does instead of answering, nobody is signed out. */
@ExtendWith(Cluster.Shared.class)
class ProviderOutageIT {
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);

  enum Fault {
    HANGS(Mischief.hang()),
    DIES(Mischief.die()),
    SAYS_500(Mischief.status(500)),
    SAYS_429(Mischief.tooManyRequests("3")),
    SENDS_GARBAGE(Mischief.idly(Mischief.garbage())),
    DRIPS(Mischief.idly(Mischief.drip(Duration.ofMillis(200))));

    private final Mischief mischief;

    Fault(Mischief mischief) {
      this.mischief = mischief;
    }

    Duration leastPause() {
      return this == SAYS_429 ? Duration.ofSeconds(3) : FIRST_BACK_OFF;
    }
  }

  private final Cluster cluster;

  ProviderOutageIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @ParameterizedTest
  @EnumSource
  void a_used_up_token_is_an_honest_503_then_and_the_session_outlives_it(Fault fault) {
    Visitor visitor = cluster.signIn("outage-" + fault);
    cluster.expireAccessTokens(visitor);
    List<Long> sends = new CopyOnWriteArrayList<>();
    cluster.provider.always(
        Endpoint.TOKEN,
        (exchange, honest) -> {
          sends.add(System.nanoTime());
          fault.mischief.play(exchange, honest);
        });

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              AtOnce.run(
                  16, number -> assertUnavailable(visitor.call(cluster.nodes().get(number % 2))));
              return sends.size() >= 2;
            });
    cluster.calm();

    assertThat(Duration.ofNanos(sends.get(1) - sends.get(0))).isGreaterThan(fault.leastPause());
    assertThat(visitor.callUntilAnswered(cluster.a).statusCode()).isEqualTo(200);
    assertThat(visitor.callUntilAnswered(cluster.b).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.reuses(visitor.subject())).isZero();
  }

  @Test
  void a_provider_that_refuses_connections_signs_nobody_out() {
    Visitor visitor = cluster.signIn("refused");
    cluster.expireAccessTokens(visitor);
    cluster.tokenEndpoint.refuse();

    AtOnce.run(16, number -> assertUnavailable(visitor.call(cluster.nodes().get(number % 2))));
    cluster.calm();

    assertThat(visitor.callUntilAnswered(cluster.a).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes(visitor.subject())).isEqualTo(1);
  }

  /** The refresh runs beside the requests: they do not wait for it. */
  @Test
  void while_the_token_is_good_requests_go_on_with_it() {
    Visitor visitor = cluster.signIn("going-on");
    cluster.provider.accessTokensLive(Duration.ofSeconds(12));
    visitor.refresh(cluster.a);
    cluster.provider.accessTokensLive(Cluster.LONG);
    cluster.provider.forgetRequests();
    CountDownLatch gate = new CountDownLatch(1);
    cluster.provider.always(Endpoint.TOKEN, Mischief.waitFor(gate));

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(200);
              assertThat(visitor.call(cluster.b).statusCode()).isEqualTo(200);
              return cluster.provider.refreshes(visitor.subject()) == 1;
            });
    assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(200);
    assertThat(visitor.call(cluster.b).statusCode()).isEqualTo(200);
    String old = visitor.session(cluster.a).getString("access_token_expires_at");
    gate.countDown();

    for (Node node : cluster.nodes()) {
      Awaitility.await()
          .until(() -> !visitor.session(node).getString("access_token_expires_at").equals(old));
      assertThat(visitor.call(node).statusCode()).isEqualTo(200);
    }
    assertThat(cluster.provider.refreshes(visitor.subject())).isEqualTo(1);
    assertThat(cluster.provider.reuses(visitor.subject())).isZero();
  }

  private static void assertUnavailable(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1L, 36L);
  }
}
