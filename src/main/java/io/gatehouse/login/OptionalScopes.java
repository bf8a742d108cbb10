package io.gatehouse.login;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.session.Session;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What {@code gatehouse.optional-scopes} lets a login ask for (incremental consent). */
final class OptionalScopes {
  private OptionalScopes() {}

  /** Whether some provider has all of these on offer. */
  static boolean areOffered(GatehouseConfiguration configuration, Set<String> scopes) {
    return configuration.providers().stream()
        .anyMatch(provider -> provider.client().optionalScopes().containsAll(scopes));
  }

  /** Whether this one can grant them: what one offers, another may always be asked for. */
  static boolean canGrant(ProviderConfiguration provider, Set<String> scopes) {
    Set<String> others = new TreeSet<>(scopes);
    others.removeAll(provider.client().scopes());
    return provider.client().optionalScopes().containsAll(others);
  }

  /** Those that the session has from this provider: the next one shall keep them. */
  static Set<String> held(ProviderConfiguration provider, Optional<Session> session) {
    Set<String> held = new TreeSet<>();
    session
        .filter(current -> current.provider().equals(provider.id()))
        .ifPresent(current -> held.addAll(current.scopes()));
    held.retainAll(provider.client().optionalScopes());
    return held;
  }
}
