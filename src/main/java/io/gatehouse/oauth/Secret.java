package io.gatehouse.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A token, authorization code, verifier, client secret or cookie value: a string that must never
 * reach a log, page, header or exception.
 *
 * <p>The only way to the value is {@link #reveal()}; a search for that name lists every place that
 * handles one in the clear.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  public static Secret of(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a secret is never empty");
    }
    return new Secret(value);
  }

  /** The value in the clear. The caller sends it where it belongs and keeps no other copy. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
