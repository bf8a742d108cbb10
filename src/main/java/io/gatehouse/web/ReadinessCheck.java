package io.gatehouse.web;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** {@code /health/ready}: every condition of {@link Readiness} (MicroProfile Health). */
@org.eclipse.microprofile.health.Readiness
@Dependent
public final class ReadinessCheck implements HealthCheck {
  private final Readiness readiness;

  @Inject
  public ReadinessCheck(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public HealthCheckResponse call() {
    Map<String, Boolean> states = readiness.now();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("gatehouse").status(!states.containsValue(false));
    states.forEach((name, holds) -> response.withData(name, holds ? "usable" : "not usable"));
    return response.build();
  }
}
