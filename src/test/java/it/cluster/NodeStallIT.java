package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node stands still for longer than its lease, as a long collection or a paused machine does. */
@ExtendWith(Cluster.Shared.class)
class NodeStallIT {
  private final Cluster cluster;

  NodeStallIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void what_a_stalled_node_was_about_to_send_it_no_longer_sends() {
    Visitor visitor = cluster.signIn("stalled");
    cluster.expireAccessTokens(visitor);
    Hold leaseAnswer =
        cluster.a.database().hold(Hold.Part.ANSWER, "SET refresh_state = 1", visitor.idHash());
    CompletableFuture<HttpResponse<String>> stalled = visitor.startCall(cluster.a);
    Awaitility.await().until(leaseAnswer::isReached);

    cluster.a.freeze();
    leaseAnswer.release(); // the answer waits for it: "the lease is yours"
    HttpResponse<String> elsewhere;
    try {
      elsewhere = visitor.callUntilAnswered(cluster.b);
    } finally {
      cluster.a.thaw();
    }
    stalled.join();

    assertThat(elsewhere.statusCode()).isEqualTo(200);
    // one more at the node that stood still: by its end, that of the stalled one is over, too
    assertThat(visitor.refresh(cluster.a).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes(visitor.subject())).isEqualTo(2);
    assertThat(cluster.provider.reuses(visitor.subject())).isZero();
    assertThat(visitor.call(cluster.b).statusCode()).isEqualTo(200);
  }
}
