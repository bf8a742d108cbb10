package io.gatehouse.observe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/** Calls through the gateway for {@code /metrics}: how many and how long, by route and outcome. */
public final class GatewayMetrics {
  private static final int CLASSES = 6;

  private final MetricRegistry registry;
  // looked up once a route: the registry is too slow for every call
  private final Map<String, Timer[]> timers = new ConcurrentHashMap<>();
  private final Map<String, Counter> renewals = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> webSockets = new ConcurrentHashMap<>();

  public GatewayMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  /** One call that goes on. */
  public interface Call {
    /**
     * Only the first counts.
     *
     * @param status of the answer
     */
    void end(int status);

    /** It could not go on with the access token at hand, and got a younger one. */
    void renewed();
  }

  /**
   * @param route a configured id
   */
  public Call begin(String route) {
    Timer[] ofRoute = timers.computeIfAbsent(route, this::register);
    Counter ofTokens = renewals.computeIfAbsent(route, this::registerRenewals);
    long began = System.nanoTime();
    AtomicBoolean isOver = new AtomicBoolean();
    return new Call() {
      @Override
      public void end(int status) {
        if (isOver.compareAndSet(false, true)) {
          Timer timer = ofRoute[Math.floorMod(status / 100, CLASSES)];
          timer.update(Duration.ofNanos(System.nanoTime() - began));
        }
      }

      @Override
      public void renewed() {
        ofTokens.inc();
      }
    };
  }

  /**
   * One WebSocket that is open.
   *
   * @param route a configured id
   * @return to be called once, when it is over
   */
  public Runnable open(String route) {
    AtomicInteger open = webSockets.computeIfAbsent(route, this::registerWebSockets);
    open.incrementAndGet();
    return open::decrementAndGet;
  }

  private AtomicInteger registerWebSockets(String route) {
    AtomicInteger open = new AtomicInteger();
    registry.gauge(
        Metadata.builder()
            .withName("gatehouse_gateway_websockets")
            .withDescription("WebSockets that are open through the gateway, by route")
            .build(),
        open,
        AtomicInteger::get,
        new Tag("route", route));
    return open;
  }

  private Counter registerRenewals(String route) {
    return registry.counter(
        Metadata.builder()
            .withName("gatehouse_gateway_renewals")
            .withDescription("Calls through the gateway that waited for a younger access token")
            .build(),
        new Tag("route", route));
  }

  private Timer[] register(String route) {
    Timer[] ofRoute = new Timer[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      ofRoute[i] =
          registry.timer(
              Metadata.builder()
                  .withName("gatehouse_gateway_calls")
                  .withDescription("Calls through the gateway, by route and class of status")
                  .build(),
              new Tag("route", route),
              new Tag("status", i == 0 ? "none" : i + "xx"));
    }
    return ofRoute;
  }
}
