package io.gatehouse.refresh;

import io.gatehouse.session.Session;
import java.net.URI;
import java.util.Optional;

/** What sessions have at their providers. */
@FunctionalInterface
interface RefreshGrants {
  /**
   * @param resource that an access token is wanted for (RFC 8707 §2.2); empty: the session's own
   * @return empty when the session's provider is no longer configured.
   * @throws io.gatehouse.authorizationserver.ProviderFault when the provider cannot be asked now
   */
  Optional<RefreshGrant> of(Session session, Optional<URI> resource);
}
