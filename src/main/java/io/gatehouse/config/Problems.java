package io.gatehouse.config;

import io.gatehouse.config.ConfigurationProblems.Problem;
import io.gatehouse.config.Key.Form;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong, so that an operator mends it in one go. */
final class Problems {
  private static final int MAX_SHOWN = 100;

  private final List<Problem> found = new ArrayList<>();

  void missing(Key key, String advice) {
    add(key, "is not set; " + advice);
  }

  void unusable(Key key, String value, String expectation) {
    add(key, "found " + shown(key, value) + ", but " + expectation);
  }

  void brokenReference(Key key) {
    add(
        key,
        "refers by ${...} to a setting that does not exist; set that one, or write \\${ where the"
            + " text itself is meant");
  }

  /** Two keys that cannot both be as they are; reported at the one to change. */
  void conflict(Key key, String reason) {
    add(key, reason);
  }

  void unknown(String name, String message) {
    found.add(new Problem(name, message));
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigurationProblems(found);
    }
  }

  private void add(Key key, String message) {
    found.add(new Problem(key.name(), message + " (environment: " + key.environmentForm() + ")"));
  }

  private static String shown(Key key, String value) {
    if (key.form() == Form.SECRET) {
      return "a secret of " + value.length() + " characters";
    }
    if (key.form() == Form.FILE && !TextFile.looksLikePath(value)) {
      return "a path of " + value.length() + " characters, not shown since it may be the secret";
    }
    if (key.name().equals(Keys.JDBC_URL.name())) {
      // each driver has its own places for a password
      return "an address of " + value.length() + " characters, not shown for its password";
    }
    String oneLine = withoutUserInfo(value).replaceAll("[^ -~]", "?");
    return "\""
        + (oneLine.length() > MAX_SHOWN ? oneLine.substring(0, MAX_SHOWN) + "..." : oneLine)
        + "\"";
  }

  /** RFC 3986 §3.2.1: where people write a name and a password. */
  private static String withoutUserInfo(String address) {
    return address.replaceAll("(?s)//.*@", "//...@");
  }
}
