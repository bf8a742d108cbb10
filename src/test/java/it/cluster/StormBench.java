package it.cluster;

import io.gatehouse.store.AtOnce;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures of refresh storms over one and two nodes; {@code bench/storm} starts it. The cases that
 * must hold are in {@link StormIT}.
 */
final class StormBench {
  private final Cluster cluster;
  private final int expiries;

  private StormBench(Cluster cluster, int expiries) {
    this.cluster = cluster;
    this.expiries = expiries;
  }

  /**
   * @param arguments how many expiries of each kind, then how many requests at once
   */
  public static void main(String[] arguments) {
    try (Cluster cluster = new Cluster()) {
      cluster.heal();
      StormBench bench = new StormBench(cluster, Integer.parseInt(arguments[0]));
      System.out.printf(
          "%-7s%10s%16s%20s%10s%10s%10s%n",
          "nodes", "requests", "token requests", "statuses", "p50 ms", "p99 ms", "all ms");
      for (int i = 1; i < arguments.length; i++) {
        bench.storms(List.of(cluster.a), Integer.parseInt(arguments[i]));
        bench.storms(cluster.nodes(), Integer.parseInt(arguments[i]));
      }
    }
    System.exit(0); // the threads of servers in this process would hold us
  }

  private void storms(List<Node> nodes, int requests) {
    Visitor visitor = cluster.signIn("bench-" + nodes.size() + "-" + requests);
    storm(visitor, nodes, requests); // to warm up
    long refreshes = 0;
    Map<Integer, Integer> statuses = new TreeMap<>();
    long[] each = new long[expiries * requests];
    long[] whole = new long[expiries];
    for (int expiry = 0; expiry < expiries; expiry++) {
      Storm storm = storm(visitor, nodes, requests);
      System.arraycopy(storm.nanos(), 0, each, expiry * requests, requests);
      whole[expiry] = Arrays.stream(storm.nanos()).max().orElseThrow();
      Arrays.stream(storm.statuses()).forEach(status -> statuses.merge(status, 1, Integer::sum));
      refreshes += cluster.provider.refreshes(visitor.subject());
    }
    Arrays.sort(each);
    Arrays.sort(whole);
    System.out.printf(
        Locale.ROOT,
        "%-7d%10d%16s%20s%10d%10d%10d%n",
        nodes.size(),
        requests,
        refreshes + " in " + expiries,
        statuses,
        millis(each[each.length / 2]),
        millis(each[each.length * 99 / 100]),
        millis(whole[expiries / 2]));
  }

  private record Storm(int[] statuses, long[] nanos) {}

  private Storm storm(Visitor visitor, List<Node> nodes, int requests) {
    cluster.expireAccessTokens(visitor);
    Storm storm = new Storm(new int[requests], new long[requests]);
    AtOnce.run(
        requests,
        number -> {
          long start = System.nanoTime();
          Node node = nodes.get(number % nodes.size());
          storm.statuses()[number] = visitor.call(node).statusCode();
          storm.nanos()[number] = System.nanoTime() - start;
        });
    return storm;
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
