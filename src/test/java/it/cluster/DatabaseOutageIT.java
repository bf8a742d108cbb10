package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.store.AtOnce;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Mischief;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** While the database is away, everybody waits, and nobody is signed out. */
@ExtendWith(Cluster.Shared.class)
class DatabaseOutageIT {
  /** The two seconds of the contract, and one for a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Cluster cluster;

  DatabaseOutageIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void a_stop_and_start_of_postgresql_is_ridden_out_without_a_restart() {
    Visitor visitor = cluster.signIn("database-stop");
    Visitor expired = cluster.signIn("database-stop-expired");
    cluster.expireAccessTokens(expired);

    cluster.postgresql.stop();
    for (Node node : cluster.nodes()) {
      awaitUnavailable(visitor, node);
      assertUnavailable(expired.call(node));
      assertUnavailable(visitor.open(node, "/account"));
      assertThat(node.status("/health/live")).isEqualTo(200);
      assertThat(node.status("/health/ready")).isEqualTo(503);
    }
    cluster.postgresql.start();

    for (Node node : cluster.nodes()) {
      assertThat(visitor.callUntilAnswered(node).statusCode()).isEqualTo(200);
      assertThat(expired.callUntilAnswered(node).statusCode()).isEqualTo(200);
      node.awaitReady();
    }
    assertThat(cluster.provider.refreshes(expired.subject())).isEqualTo(1);
  }

  /** Half a minute without the database is what counts as an outage. */
  @Test
  void an_outage_over_the_end_of_the_idle_time_signs_nobody_out_at_any_node() {
    Visitor visitor = cluster.signIn("database-idle");
    Visitor elsewhere = cluster.signIn("database-idle-elsewhere");
    Visitor idle = cluster.signIn("database-idle-before");
    endsByIdlenessIn(Duration.ofMinutes(-1), idle); // before anybody left word for the last time
    endsByIdlenessIn(Duration.ofSeconds(10), visitor, elsewhere);

    cluster.postgresql.stop();
    cluster.b.kill(); // and forgets whatever it knew
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ofSeconds(32))
        .until(() -> true);
    assertUnavailable(visitor.call(cluster.a));
    cluster.postgresql.start();
    cluster.start(cluster.b);
    cluster.b.awaitReady();

    assertThat(visitor.callUntilAnswered(cluster.b).statusCode()).isEqualTo(200);
    assertThat(elsewhere.callUntilAnswered(cluster.a).statusCode()).isEqualTo(200);
    assertThat(idle.callUntilAnswered(cluster.a).statusCode()).isEqualTo(401);
    assertThat(idle.callUntilAnswered(cluster.b).statusCode()).isEqualTo(401);
  }

  private void endsByIdlenessIn(Duration time, Visitor... visitors) {
    for (Visitor visitor : visitors) {
      cluster.postgresql.execute(
          "UPDATE gatehouse_session SET idle_expires_at ="
              + " FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000) + "
              + (time.toMillis() + " WHERE id_hash = '" + visitor.idHash() + "'"));
    }
  }

  /** The one moment when the only good tokens are in the memory of a node. */
  @Test
  void new_tokens_survive_an_outage_at_the_commit() {
    Visitor visitor = cluster.signIn("database-commit");
    cluster.expireAccessTokens(visitor);
    CountDownLatch gate = new CountDownLatch(1);
    cluster.provider.next(Endpoint.TOKEN, Mischief.waitFor(gate));
    CompletableFuture<HttpResponse<String>> waiting = visitor.startCall(cluster.a);
    Awaitility.await().until(() -> cluster.provider.refreshes(visitor.subject()) == 1);

    cluster.a.database().refuse();
    gate.countDown();
    assertUnavailable(waiting.join());
    cluster.a.database().accept();

    assertThat(visitor.callUntilAnswered(cluster.a).statusCode()).isEqualTo(200);
    assertThat(visitor.callUntilAnswered(cluster.b).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes(visitor.subject())).isEqualTo(1);
  }

  /** Worse than a database that is down: one that takes connections and says nothing. */
  @Test
  void a_silent_database_leaves_no_request_hanging() {
    Visitor visitor = cluster.signIn("database-silent");
    assertThat(visitor.call(cluster.b).statusCode()).isEqualTo(200);

    cluster.b.database().fallSilent();
    awaitUnavailable(visitor, cluster.b);
    for (int wave = 0; wave < 3; wave++) {
      AtOnce.run(100, number -> assertUnavailable(visitor.call(cluster.b)));
      assertThat(cluster.b.status("/health/live")).isEqualTo(200);
    }
    assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(200);
    cluster.b.database().speak();

    assertThat(visitor.callUntilAnswered(cluster.b).statusCode()).isEqualTo(200);
  }

  /** The driver tries each connection with TLS and then without, and would wait for both. */
  @Test
  void a_database_that_takes_connections_and_says_nothing_keeps_nobody_for_long() {
    cluster.b.database().fallSilent();
    cluster.b.database().cut();
    AtOnce.run(30, number -> assertUnavailable(Visitor.unknown().callWithin(PATIENCE, cluster.b)));
    cluster.b.database().speak();

    cluster.b.awaitReady();
    assertThat(Visitor.unknown().callUntilAnswered(cluster.b).statusCode()).isEqualTo(401);
  }

  /** A pool is full of connections that died with the server they led to. */
  @Test
  void a_restart_between_two_requests_costs_none() {
    Visitor visitor = cluster.signIn("database-restart");
    AtOnce.run(30, number -> Visitor.unknown().call(cluster.b)); // many connections
    cluster.postgresql.stop();
    cluster.postgresql.start();

    assertThat(visitor.refresh(cluster.b).statusCode()).isEqualTo(200);
    AtOnce.run(
        30, number -> assertThat(Visitor.unknown().call(cluster.b).statusCode()).isEqualTo(401));
  }

  /** What a node read less than a second ago may still be good for an answer or two. */
  private static void awaitUnavailable(Visitor visitor, Node node) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertUnavailable(visitor.call(node)));
  }

  private static void assertUnavailable(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("Location")).isEmpty();
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }
}
