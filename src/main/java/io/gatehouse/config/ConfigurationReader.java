package io.gatehouse.config;

import org.eclipse.microprofile.config.Config;

/**
 * The only reader of MicroProfile Config. Reports all problems at once and refuses unknown keys.
 */
public final class ConfigurationReader {
  private final Config config;

  public ConfigurationReader(Config config) {
    this.config = config;
  }

  public GatehouseConfiguration read() throws ConfigurationProblems {
    throw new IllegalStateException("not read yet: " + config);
  }
}
