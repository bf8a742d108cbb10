package io.gatehouse.web;

import io.gatehouse.config.GatehouseConfiguration;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * {@code /health/started}: the configuration was complete and everything made from it exists
 * (MicroProfile Health).
 */
@Startup
@Dependent
public final class StartupCheck implements HealthCheck {
  private final GatehouseConfiguration configuration;

  @Inject
  public StartupCheck(GatehouseConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("gatehouse")
        .status(!configuration.providers().isEmpty())
        .build();
  }
}
