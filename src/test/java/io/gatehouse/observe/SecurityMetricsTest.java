package io.gatehouse.observe;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.observe.SecurityEvent.BackChannelLogout;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import io.gatehouse.observe.SecurityEvent.LogoutCompleted;
import io.gatehouse.observe.SecurityEvent.RefreshFailed;
import io.gatehouse.observe.SecurityEvent.RefreshFailure;
import io.gatehouse.observe.SecurityEvent.RequestRefused;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvent.TokenRefreshed;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.junit.jupiter.api.Test;

class SecurityMetricsTest {
  private final Map<String, Long> counts = new TreeMap<>();
  private final SecurityMetrics metrics = new SecurityMetrics(registry());

  @Test
  void every_event_is_counted_under_names_that_do_not_come_from_requests() {
    List.of(
            new LoginStarted("work", "203.0.113.9"),
            new LoginStarted("work", "203.0.113.10"),
            new LoginCompleted("work", "user-1", "h4ndle", "-"),
            new LoginRefused("work", ErrorId.STATE_EXPIRED, "x", "r3f", "-"),
            new TokenRefreshed("work", "h4ndle", 2),
            new RefreshFailed("work", "h4ndle", RefreshFailure.UNCERTAIN),
            new SessionEnded("work", "user-1", "h4ndle", EndReason.TOO_MANY),
            new LogoutCompleted("work", "h4ndle", "-"),
            new BackChannelLogout("work", 3),
            new RevocationFailed("work", "h4ndle"),
            new RequestRefused(ErrorId.NOT_FOUND, "x", "r3f", "-", "GET", "/x"))
        .forEach(metrics);

    assertThat(counts)
        .isEqualTo(
            Map.ofEntries(
                entry("gatehouse_logins{provider=work,outcome=started}", 2L),
                entry("gatehouse_logins{provider=work,outcome=completed}", 1L),
                entry("gatehouse_logins{provider=work,outcome=refused}", 1L),
                entry("gatehouse_errors{code=GH-1207}", 1L),
                entry("gatehouse_refreshes{provider=work,outcome=refreshed}", 1L),
                entry("gatehouse_refreshes{provider=work,outcome=uncertain}", 1L),
                entry("gatehouse_sessions_ended{reason=too_many}", 1L),
                entry("gatehouse_logouts{by=user}", 1L),
                entry("gatehouse_logouts{by=provider}", 1L),
                entry("gatehouse_revocations_failed", 1L),
                entry("gatehouse_errors{code=GH-1104}", 1L)));
  }

  /** A registry that knows the one method which is used. */
  private MetricRegistry registry() {
    return (MetricRegistry)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {MetricRegistry.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("counter");
              Metadata metadata = (Metadata) arguments[0];
              assertThat(metadata.getDescription()).isNotBlank();
              Tag[] tags = arguments.length > 1 ? (Tag[]) arguments[1] : new Tag[0];
              return counter(metadata.getName() + text(tags));
            });
  }

  private Counter counter(String name) {
    return (Counter)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Counter.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("inc");
              counts.merge(name, 1L, Long::sum);
              return null;
            });
  }

  private static String text(Tag[] tags) {
    return tags.length == 0
        ? ""
        : Arrays.stream(tags)
            .map(tag -> tag.getTagName() + "=" + tag.getTagValue())
            .collect(Collectors.joining(",", "{", "}"));
  }
}
