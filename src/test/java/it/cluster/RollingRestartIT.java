package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Mischief;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes are taken away in good order, one after the other, as every deployment does. */
@ExtendWith(Cluster.Shared.class)
class RollingRestartIT {
  private final Cluster cluster;

  RollingRestartIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void a_rolling_restart_under_load_fails_no_request_and_signs_nobody_out() throws Exception {
    cluster.provider.accessTokensLive(Duration.ofSeconds(4));
    List<Visitor> visitors =
        IntStream.range(0, 8).mapToObj(number -> cluster.signIn("rolling-" + number)).toList();
    cluster.provider.forgetRequests();
    // slow, so that refreshes are under way whenever a node stops
    cluster.provider.always(Endpoint.TOKEN, Mischief.delay(Duration.ofMillis(300)));

    try (Load load = new Load(cluster.nodes(), visitors)) {
      for (Node node : cluster.nodes()) {
        node.askToStop();
        node.awaitStop();
        load.takeOut(node); // until it says that it is ready
        cluster.start(node);
        node.awaitReady();
        load.putBack(node);
      }
      load.end();
      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isGreaterThan(visitors.size());
    }
    cluster.calm();
    for (Visitor visitor : visitors) {
      assertThat(cluster.provider.refreshes(visitor.subject())).isPositive();
      assertThat(cluster.provider.reuses(visitor.subject())).isZero();
      assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_stop_waits_for_the_refresh_that_is_under_way() {
    Visitor visitor = cluster.signIn("draining");
    cluster.provider.accessTokensLive(Duration.ofSeconds(8));
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
              assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(200); // does not wait
              return cluster.provider.refreshes(visitor.subject()) == 1;
            });
    cluster.a.database().refuse(); // so that the new tokens cannot be stored for a while
    gate.countDown();

    cluster.a.askToStop();
    awaitEndOfApplication(cluster.a);
    cluster.a.database().accept();
    cluster.a.awaitStop();

    assertThat(
            cluster.postgresql.number(
                "SELECT refresh_state FROM gatehouse_session WHERE id_hash = '"
                    + visitor.idHash()
                    + "'"))
        .isZero();
    assertThat(visitor.refresh(cluster.b).statusCode()).isEqualTo(200);
    assertThat(cluster.provider.refreshes(visitor.subject())).isEqualTo(2);
    assertThat(cluster.provider.reuses(visitor.subject())).isZero();
  }

  /**
   * Lets the end of the application come, which it does in a moment unless it waits for something.
   */
  private static void awaitEndOfApplication(Node node) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> node.console().contains("CWWKE1101I")); // no more requests: it is its turn
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(3))
          .until(() -> node.console().contains("CWWKZ0009I"));
    } catch (ConditionTimeoutException itWaits) {
      // for the refresh
    }
  }

  /** People at work behind a load balancer that knows of a stopped node by its refusal only. */
  private static final class Load implements AutoCloseable {
    private static final int THREADS = 4;

    private final List<Node> nodes;
    private final List<Node> inRotation;
    private final List<Visitor> visitors;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean isOver;

    Load(List<Node> nodes, List<Visitor> visitors) {
      this.nodes = nodes;
      this.inRotation = new CopyOnWriteArrayList<>(nodes);
      this.visitors = visitors;
      for (int thread = 0; thread < THREADS; thread++) {
        threads.execute(this::work);
      }
    }

    void takeOut(Node node) {
      inRotation.remove(node);
    }

    void putBack(Node node) {
      inRotation.add(node);
    }

    private void work() {
      while (!isOver) {
        int number = next.getAndIncrement();
        Visitor visitor = visitors.get(number % visitors.size());
        Node node = nodes.get(number / visitors.size() % nodes.size());
        Node other = node == nodes.get(0) ? nodes.get(1) : nodes.get(0);
        try {
          check(inRotation.contains(node) ? balanced(visitor, node, other) : visitor.call(other));
        } catch (RuntimeException failure) {
          failures.add(failure.toString());
        }
      }
    }

    private void check(HttpResponse<String> answer) {
      if (answer.statusCode() == 200) {
        answered.incrementAndGet();
      } else {
        failures.add(answer + " " + answer.body());
      }
    }

    private static HttpResponse<String> balanced(Visitor visitor, Node first, Node second) {
      try {
        return visitor.startCall(first).join();
      } catch (CompletionException failed) {
        if (failed.getCause() instanceof ConnectException) {
          return visitor.startCall(second).join();
        }
        throw failed;
      }
    }

    List<String> failures() {
      return failures;
    }

    int answered() {
      return answered.get();
    }

    void end() throws InterruptedException {
      isOver = true;
      threads.shutdown();
      threads.awaitTermination(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      isOver = true;
      threads.shutdownNow();
    }
  }
}
