package io.gatehouse.web;

import jakarta.enterprise.context.Dependent;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * {@code /health/live}: this process answers. It asks nobody else, since restarting it would heal
 * neither provider nor database (MicroProfile Health).
 */
@Liveness
@Dependent
public final class LivenessCheck implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.up("gatehouse");
  }
}
