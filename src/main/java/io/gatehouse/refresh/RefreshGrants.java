package io.gatehouse.refresh;

import io.gatehouse.session.Session;
import java.util.Optional;

/** What sessions have at their providers. */
@FunctionalInterface
interface RefreshGrants {
  /**
   * Empty when the session's provider is no longer configured.
   *
   * @throws io.gatehouse.authorizationserver.ProviderFault when the provider cannot be asked now
   */
  Optional<RefreshGrant> of(Session session);
}
