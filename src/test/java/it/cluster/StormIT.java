package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.store.AtOnce;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many requests at once for one session whose access token has run out. */
@ExtendWith(Cluster.Shared.class)
class StormIT {
  private static final int EXPIRIES = 3;

  private final Cluster cluster;

  StormIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 256})
  void a_storm_on_an_expired_session_over_both_nodes_costs_one_token_request(int requests) {
    Visitor visitor = cluster.signIn("storm-" + requests);

    for (int expiry = 0; expiry < EXPIRIES; expiry++) {
      cluster.expireAccessTokens(visitor);

      assertThat(storm(visitor, requests)).isEqualTo(Map.of(200, (long) requests));
      assertThat(cluster.provider.refreshes(visitor.subject())).isEqualTo(1);
      assertThat(cluster.upstream.good()).isEqualTo(requests);
      assertThat(cluster.upstream.bad()).isZero();
    }
    assertThat(visitor.isSignedIn(cluster.a)).isTrue();
    assertThat(visitor.isSignedIn(cluster.b)).isTrue();
    assertThat(cluster.provider.reuses(visitor.subject())).isZero();
  }

  /** How often which status came. */
  private Map<Integer, Long> storm(Visitor visitor, int requests) {
    Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    AtOnce.run(
        requests,
        number -> {
          Node node = cluster.nodes().get(number % 2);
          int status = visitor.call(node).statusCode();
          statuses.computeIfAbsent(status, ignored -> new LongAdder()).increment();
        });
    Map<Integer, Long> counts = new ConcurrentHashMap<>();
    statuses.forEach((status, count) -> counts.put(status, count.sum()));
    return counts;
  }
}
