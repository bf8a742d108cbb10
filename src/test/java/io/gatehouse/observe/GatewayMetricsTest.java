package io.gatehouse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  private final List<String> counted = new ArrayList<>();
  private final GatewayMetrics metrics = new GatewayMetrics(registry());

  @Test
  void a_call_is_counted_once_by_its_first_end() {
    GatewayMetrics.Call call = metrics.begin("up");
    assertThat(counted).isEmpty();
    call.end(204);
    call.end(500);
    assertThat(counted).containsExactly("up 2xx");
    metrics.begin("up").end(429);
    assertThat(counted).containsExactly("up 2xx", "up 4xx");
  }

  private MetricRegistry registry() {
    return proxy(
        MetricRegistry.class,
        (self, method, arguments) ->
            method.getName().equals("timer")
                ? timer((Tag[]) arguments[1])
                : proxy(Counter.class, (counter, called, none) -> null));
  }

  private Timer timer(Tag[] tags) {
    return proxy(
        Timer.class,
        (self, method, arguments) -> {
          counted.add(tags[0].getTagValue() + " " + tags[1].getTagValue());
          return null;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
