package io.gatehouse.refresh;

import java.net.URI;
import java.util.Optional;

/**
 * Which access tokens of a session will do for a caller.
 *
 * @param resource that it is for (RFC 8707); empty: the session's own
 * @param newerThan only those of a later generation; negative: any that is good
 * @param wasRefused that generation's is of no use any more, whatever its expiry says
 */
record Wanted(Optional<URI> resource, long newerThan, boolean wasRefused) {
  static final Wanted ANY_GOOD = new Wanted(Optional.empty(), -1, false);

  /** Because the user asks for one. */
  static Wanted newerThan(long generation) {
    return new Wanted(Optional.empty(), generation, false);
  }

  /** Because a protected resource refused that generation's (RFC 6750 §3.1). */
  static Wanted insteadOf(long generation) {
    return new Wanted(Optional.empty(), generation, true);
  }

  Wanted at(Optional<URI> resource) {
    return new Wanted(resource, newerThan, wasRefused);
  }
}
