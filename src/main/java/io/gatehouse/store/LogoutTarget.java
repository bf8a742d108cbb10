package io.gatehouse.store;

import java.util.List;
import java.util.Optional;

/**
 * Whom a logout names, as {@link Sealer#indexes} writes it: under every key of ours, since rows are
 * written under any of them.
 *
 * @param names what sign-ins under way are told apart by, see {@link LogoutReceipts}
 * @param subjectIndexes of {@code sub}; empty: whoever it is
 * @param sidIndexes of {@code sid}; empty: all of them. A {@code sid} means something at its
 *     provider only
 * @param exceptHandle of the one session that stays
 */
public record LogoutTarget(
    String provider,
    List<String> names,
    List<String> subjectIndexes,
    List<String> sidIndexes,
    Optional<String> exceptHandle) {

  public LogoutTarget {
    if (subjectIndexes.isEmpty() && sidIndexes.isEmpty()) {
      throw new IllegalArgumentException("nobody signs everybody out");
    }
  }

  Condition condition() {
    Condition condition = Condition.where("provider = ?", provider);
    if (!subjectIndexes.isEmpty()) {
      condition = condition.and(Condition.in("subject_index", subjectIndexes));
    }
    if (!sidIndexes.isEmpty()) {
      condition = condition.and(Condition.in("sid_index", sidIndexes));
    }
    return exceptHandle.isPresent() ? condition.and("handle <> ?", exceptHandle.get()) : condition;
  }
}
