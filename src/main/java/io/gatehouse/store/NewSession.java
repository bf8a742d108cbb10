package io.gatehouse.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session about to be stored, and what decides whether it may be.
 *
 * @param browserHash of the browser's login cookie
 * @param replacedIdHash the session that the browser showed
 * @param subjectIndexes of its user under every key of ours, to find the user's other sessions
 * @param limit how many sessions that user may have
 * @param underWaySince by each name that a logout may call it: a logout at that instant or later
 *     came while the sign-in was under way
 */
public record NewSession(
    SessionRow row,
    String browserHash,
    Optional<String> replacedIdHash,
    List<String> subjectIndexes,
    int limit,
    Map<String, Instant> underWaySince) {

  public NewSession {
    if (limit < 1) {
      throw new IllegalArgumentException("a user may have one session at least");
    }
  }
}
