package io.gatehouse;

import io.gatehouse.config.ConfigurationProblems;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.StartupNotes;
import io.gatehouse.web.OwnFiles;
import jakarta.enterprise.inject.CreationException;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The first thing to run: no request is answered on a configuration that is incomplete. A provider
 * or database that is away stops nothing; readiness tells.
 */
public final class Start implements ServletContextListener {
  private static final Logger LOG = Logger.getLogger(Start.class.getName());

  @Inject Instance<GatehouseConfiguration> configuration;
  @Inject Instance<Housekeeping> housekeeping;
  @Inject Instance<OwnFiles> ownFiles;
  private @Nullable String guard;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    GatehouseConfiguration read = read();
    housekeeping.get().start();
    ownFiles.get().find(event.getServletContext());
    guard = MetricsGuard.post(event.getServletContext());
    LOG.info(String.join(System.lineSeparator(), StartupNotes.of(read)));
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (guard != null) {
      MetricsGuard.withdraw(guard);
    }
  }

  private GatehouseConfiguration read() {
    try {
      return configuration.get();
    } catch (CreationException | ConfigurationProblems failure) {
      ConfigurationProblems problems = problemsIn(failure);
      LOG.severe(problems.getMessage());
      throw problems;
    }
  }

  private static ConfigurationProblems problemsIn(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationProblems problems) {
        return problems;
      }
    }
    throw failure;
  }
}
