package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node dies by {@code kill -9} in the middle of four refreshes, each at another point. Its users
 * go on at the other node.
 */
@ExtendWith(Cluster.Shared.class)
class NodeCrashIT {
  private static final String LEASE = "SET refresh_state = 1";
  private static final String COMMIT = "generation = generation + 1";

  private static Visitor unsent;
  private static Visitor lost;
  private static Visitor lostToo;
  private static Visitor forgiven;
  private static Visitor committed;
  private static final Map<Visitor, Long> refreshesBefore = new HashMap<>();
  private static final Map<Visitor, HttpResponse<String>> afterwards = new HashMap<>();

  private final Cluster cluster;

  NodeCrashIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  static void crash(Cluster cluster) {
    unsent = cluster.signIn("unsent");
    lost = cluster.signIn("lost");
    lostToo = cluster.signIn("lost");
    forgiven = cluster.signIn("forgiven");
    committed = cluster.signIn("committed");
    cluster.provider.forgivesReuseBy("forgiven");
    cluster.expireAccessTokens(unsent, lost, forgiven, committed);
    TcpProxy database = cluster.a.database();

    // the lease is taken, and the node never learns that it may send
    stop(unsent, cluster, database.hold(Hold.Part.ANSWER, LEASE, unsent.idHash()));
    // the new tokens are there, and the database never learns of them
    stop(lost, cluster, database.hold(Hold.Part.REQUEST, COMMIT, lost.idHash()));
    stop(forgiven, cluster, database.hold(Hold.Part.REQUEST, COMMIT, forgiven.idHash()));
    // the new tokens are stored, and the node never learns of it
    stop(committed, cluster, database.hold(Hold.Part.ANSWER, COMMIT, committed.idHash()));
    cluster.a.kill();

    Stream.of(unsent, lost, forgiven, committed)
        .forEach(
            visitor -> refreshesBefore.put(visitor, cluster.provider.refreshes(visitor.subject())));
    Stream.of(unsent, lost, forgiven, committed)
        .map(
            visitor ->
                Map.entry(
                    visitor,
                    CompletableFuture.supplyAsync(() -> visitor.callUntilAnswered(cluster.b))))
        .toList()
        .forEach(answer -> afterwards.put(answer.getKey(), answer.getValue().join()));
  }

  private static void stop(Visitor visitor, Cluster cluster, Hold hold) {
    CompletableFuture<HttpResponse<String>> neverAnswered = visitor.startCall(cluster.a);
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .failFast(() -> neverAnswered.isDone())
        .until(hold::isReached);
  }

  @Test
  void a_node_that_dies_before_the_request_signs_nobody_out() {
    assertThat(refreshesBefore.get(unsent)).isZero();

    assertThat(afterwards.get(unsent).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes("unsent")).isEqualTo(1);
  }

  @Test
  void a_node_that_dies_before_the_commit_costs_that_one_session_a_sign_in() {
    assertThat(refreshesBefore.get(lost)).isEqualTo(1);

    assertThat(afterwards.get(lost).statusCode()).isEqualTo(401);
    assertThat(afterwards.get(lost).body()).contains("login_url");
    assertThat(cluster.provider.refreshes("lost")).isEqualTo(2);
    assertThat(lostToo.call(cluster.b).statusCode()).isEqualTo(200);
  }

  @Test
  void a_provider_with_a_grace_period_makes_good_for_it() {
    assertThat(refreshesBefore.get(forgiven)).isEqualTo(1);

    assertThat(afterwards.get(forgiven).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes("forgiven")).isEqualTo(2);
  }

  @Test
  void a_node_that_dies_during_the_commit_signs_nobody_out() {
    assertThat(refreshesBefore.get(committed)).isEqualTo(1);

    assertThat(afterwards.get(committed).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes("committed")).isEqualTo(1);
  }
}
