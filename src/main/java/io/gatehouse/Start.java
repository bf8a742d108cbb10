package io.gatehouse;

import io.gatehouse.config.ConfigurationProblems;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.StartupNotes;
import io.gatehouse.web.BearerTokenListener;
import io.gatehouse.web.OwnFiles;
import io.gatehouse.web.SecurityHeaders;
import jakarta.enterprise.inject.CreationException;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.List;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The first thing to run: no request is answered on a configuration that is incomplete. A provider
 * or database that is away stops nothing; readiness tells.
 */
public final class Start implements ServletContextListener {
  private static final Logger LOG = Logger.getLogger(Start.class.getName());
  private static final String RULE = "=".repeat(80);

  @Inject Instance<GatehouseConfiguration> configuration;
  @Inject Instance<Housekeeping> housekeeping;
  @Inject Instance<OwnFiles> ownFiles;
  @Inject Instance<SecurityHeaders> headers;
  private List<String> guards = List.of();

  @Override
  public void contextInitialized(ServletContextEvent event) {
    // first: the configuration may not hide them
    ownFiles.get().find(event.getServletContext());
    GatehouseConfiguration read = read();
    housekeeping.get().start();
    event.getServletContext().addListener(BearerTokenListener.class);
    guards = ServerGuard.post(event.getServletContext(), headers.get());
    LOG.info(framed(String.join("\n", StartupNotes.of(read))));
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    ServerGuard.withdraw(guards);
  }

  private GatehouseConfiguration read() {
    try {
      return configuration.get();
    } catch (CreationException | ConfigurationProblems failure) {
      LOG.severe(framed(problemsIn(failure).getMessage()));
      throw new NotStarted();
    }
  }

  /** What the container prints after the report; where it was thrown says nothing to anybody. */
  private static final class NotStarted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotStarted() {
      super("Gatehouse does not start; the reason stands above", null, false, false);
    }
  }

  /** To be found among all that the server says at the same time. */
  private static String framed(@Nullable String text) {
    return "\n" + RULE + "\n" + text + "\n" + RULE;
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
