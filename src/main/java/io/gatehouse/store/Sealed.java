package io.gatehouse.store;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Bytes that only a holder of the key can read, and nobody can change unnoticed (AES-256-GCM, NIST
 * SP 800-38D).
 *
 * @param keyId names the server secret it was sealed under
 * @param nonce random, never used twice
 * @param ciphertext with its authentication tag
 */
public record Sealed(String keyId, byte[] nonce, byte[] ciphertext) {

  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,16}");

  /** Compact form for URLs: three base64url parts. */
  public String encode() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return keyId + '.' + base64.encodeToString(nonce) + '.' + base64.encodeToString(ciphertext);
  }

  /** Reads what {@link #encode()} wrote; anything else is empty. */
  public static Optional<Sealed> parse(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (second < 0 || !KEY_ID.matcher(text.substring(0, first)).matches()) {
      return Optional.empty();
    }
    try {
      Sealed sealed =
          new Sealed(
              text.substring(0, first),
              Base64.getUrlDecoder().decode(text.substring(first + 1, second)),
              Base64.getUrlDecoder().decode(text.substring(second + 1)));
      // trailing bits of base64 may vary: one record, one spelling
      return sealed.encode().equals(text) ? Optional.of(sealed) : Optional.empty();
    } catch (IllegalArgumentException notBase64Url) {
      return Optional.empty();
    }
  }

  /** Whether these are the very same bytes. */
  public boolean isSameAs(Sealed other) {
    return keyId.equals(other.keyId)
        && Arrays.equals(nonce, other.nonce)
        && Arrays.equals(ciphertext, other.ciphertext);
  }
}
