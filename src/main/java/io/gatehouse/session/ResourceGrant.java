package io.gatehouse.session;

import io.gatehouse.config.RouteConfiguration;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the provider said when it was asked for an access token for one protected resource (RFC 8707
 * §2.2), beside the session's own access token.
 *
 * @param token the last it gave
 * @param refusedUntil it gives none ({@code invalid_target}): not asked again before
 */
public record ResourceGrant(URI resource, Optional<AccessToken> token, Instant refusedUntil) {
  /** Kept per session: they are read with it at every request. */
  static final int MOST = RouteConfiguration.MOST_AUDIENCES;

  private boolean isWorthKeeping(Instant now) {
    return now.isBefore(refusedUntil) || token.filter(kept -> kept.isGoodAt(now)).isPresent();
  }

  /** The same with this one, the newest last, without what has run out and the oldest too many. */
  List<ResourceGrant> addedTo(List<ResourceGrant> others, Instant now) {
    List<ResourceGrant> kept = new ArrayList<>();
    others.stream()
        .filter(other -> !other.resource.equals(resource) && other.isWorthKeeping(now))
        .forEach(kept::add);
    kept.add(this);
    return List.copyOf(kept.subList(Math.max(0, kept.size() - MOST), kept.size()));
  }
}
