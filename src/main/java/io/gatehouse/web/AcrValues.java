package io.gatehouse.web;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code acr_values} may say (OpenID Connect Core §3.1.2.1): few, short and printable, since
 * they travel in addresses and in {@code state}.
 */
public final class AcrValues {
  private static final int MAX_VALUES = 5;
  private static final int MAX_LENGTH = 512;
  private static final Pattern VALUE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}");

  private AcrValues() {}

  /** Whether this is one to five values with one space between them. */
  public static boolean areAllowed(String values) {
    String[] each = values.split(" ", -1);
    return each.length <= MAX_VALUES && values.length() <= MAX_LENGTH && isEachAllowed(each);
  }

  /** The first of these, in the order of preference, that may be said; the rest is left out. */
  static Optional<String> join(List<String> values) {
    StringBuilder joined = new StringBuilder();
    values.stream()
        .filter(value -> VALUE.matcher(value).matches())
        .distinct()
        .limit(MAX_VALUES)
        .filter(value -> joined.length() + 1 + value.length() <= MAX_LENGTH)
        .forEach(value -> joined.append(joined.isEmpty() ? "" : " ").append(value));
    return Optional.of(joined.toString()).filter(text -> !text.isEmpty());
  }

  private static boolean isEachAllowed(String[] values) {
    for (String value : values) {
      if (!VALUE.matcher(value).matches()) {
        return false;
      }
    }
    return true;
  }
}
