package io.gatehouse.observe;

import io.gatehouse.observe.SecurityEvent.BackChannelLogout;
import io.gatehouse.observe.SecurityEvent.FrontChannelLogout;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import io.gatehouse.observe.SecurityEvent.LogoutCompleted;
import io.gatehouse.observe.SecurityEvent.RefreshFailed;
import io.gatehouse.observe.SecurityEvent.RequestRefused;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvent.TokenRefreshed;
import java.util.Locale;
import java.util.function.Consumer;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * Counts events for {@code /metrics}. Tags are configured ids and names of the catalogues, never
 * anything a request can choose, so the number of series is bounded.
 */
public final class SecurityMetrics implements Consumer<SecurityEvent> {
  private final MetricRegistry registry;

  public SecurityMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void accept(SecurityEvent event) {
    if (event instanceof LoginStarted started) {
      login(started.provider(), "started");
    } else if (event instanceof LoginCompleted completed) {
      login(completed.provider(), "completed");
    } else if (event instanceof LoginRefused refused) {
      login(refused.provider(), "refused");
      error(refused.error().code());
    } else if (event instanceof TokenRefreshed refreshed) {
      refresh(refreshed.provider(), "refreshed");
    } else if (event instanceof RefreshFailed failed) {
      refresh(failed.provider(), name(failed.failure()));
    } else if (event instanceof SessionEnded ended) {
      add("gatehouse_sessions_ended", "Sessions ended before their time", "reason", ended.reason());
    } else if (event instanceof LogoutCompleted) {
      logout("user");
    } else if (event instanceof BackChannelLogout || event instanceof FrontChannelLogout) {
      logout("provider");
    } else if (event instanceof RevocationFailed) {
      registry.counter(metadata("gatehouse_revocations_failed", "Revocations failed")).inc();
    } else if (event instanceof RequestRefused refused) {
      error(refused.error().code());
    }
  }

  private void login(String provider, String outcome) {
    registry
        .counter(
            metadata("gatehouse_logins", "Logins, by outcome"),
            new Tag("provider", provider),
            new Tag("outcome", outcome))
        .inc();
  }

  private void refresh(String provider, String outcome) {
    registry
        .counter(
            metadata("gatehouse_refreshes", "Refresh requests, by outcome"),
            new Tag("provider", provider),
            new Tag("outcome", outcome))
        .inc();
  }

  private void logout(String by) {
    add("gatehouse_logouts", "Sign-outs, by who asked", "by", by);
  }

  private void error(String code) {
    registry
        .counter(
            metadata("gatehouse_errors", "Error answers, by id of docs/errors.md"),
            new Tag("code", code))
        .inc();
  }

  private void add(String name, String description, String tag, Object value) {
    String text = value instanceof Enum<?> constant ? name(constant) : value.toString();
    registry.counter(metadata(name, description), new Tag(tag, text)).inc();
  }

  private static Metadata metadata(String name, String description) {
    return Metadata.builder().withName(name).withDescription(description).build();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
