package io.gatehouse.config;

import java.util.List;

/** What start-up prints: addresses to register at the provider, and warnings. */
public final class StartupNotes {
  private StartupNotes() {}

  public static List<String> of(GatehouseConfiguration configuration) {
    return List.of("Redirect URI: " + configuration.redirectUri());
  }
}
