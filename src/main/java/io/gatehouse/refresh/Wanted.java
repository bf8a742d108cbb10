package io.gatehouse.refresh;

/**
 * Which access tokens of a session will do for a caller.
 *
 * @param newerThan only those of a later generation; negative: any that is good
 * @param wasRefused that generation's is of no use any more, whatever its expiry says
 */
record Wanted(long newerThan, boolean wasRefused) {
  static final Wanted ANY_GOOD = new Wanted(-1, false);

  /** Because the user asks for one. */
  static Wanted newerThan(long generation) {
    return new Wanted(generation, false);
  }

  /** Because a protected resource refused that generation's (RFC 6750 §3.1). */
  static Wanted insteadOf(long generation) {
    return new Wanted(generation, true);
  }
}
