package io.gatehouse.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody probably meant to write. */
final class Nearest {
  private Nearest() {}

  /** The candidate with the fewest slips, if they are few for its length. */
  static Optional<String> to(String written, List<String> candidates) {
    String wanted = letters(written);
    int best = Math.max(3, wanted.length() / 5);
    Optional<String> nearest = Optional.empty();
    for (String candidate : candidates) {
      int distance = distance(wanted, letters(candidate));
      if (distance < best) {
        best = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  /** clientId, client_id and client-id are one word. */
  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Levenshtein: insertions, deletions and exchanges of one character. */
  private static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int exchange = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                previous[column - 1] + exchange,
                Math.min(previous[column], current[column - 1]) + 1);
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
