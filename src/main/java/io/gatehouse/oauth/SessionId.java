package io.gatehouse.oauth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * 256 random bits that only the browser keeps: the value of a cookie. The store knows its {@link
 * #hash()} alone.
 */
public final class SessionId {
  private static final int BYTES = 32;

  private final byte[] bits;
  private @Nullable String hash;

  private SessionId(byte[] bits) {
    this.bits = bits;
  }

  public static SessionId random(SecureRandom random) {
    byte[] bits = new byte[BYTES];
    random.nextBytes(bits);
    return new SessionId(bits);
  }

  /**
   * Reads a cookie value; anything but the exact form that {@link #reveal()} writes is no session
   * id.
   */
  public static Optional<SessionId> parse(@Nullable String cookieValue) {
    if (cookieValue == null || cookieValue.length() != 43) {
      return Optional.empty();
    }
    try {
      byte[] bits = Base64.getUrlDecoder().decode(cookieValue);
      SessionId id = new SessionId(bits);
      // 43 characters carry 258 bits: without this, four spellings would name one session
      return bits.length == BYTES && id.reveal().equals(cookieValue)
          ? Optional.of(id)
          : Optional.empty();
    } catch (IllegalArgumentException notBase64Url) {
      return Optional.empty();
    }
  }

  /** The cookie value. For {@code Set-Cookie} and key derivation only. */
  public String reveal() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** base64url(SHA-256(bits)): the store's key, useless to whoever steals it. 43 characters. */
  public String hash() {
    String known = hash;
    if (known == null) {
      // two threads may both come here: they find the same
      known = digest();
      hash = known;
    }
    return known;
  }

  private String digest() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bits);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionId that && MessageDigest.isEqual(bits, that.bits);
  }

  @Override
  public int hashCode() {
    return hash().hashCode();
  }

  @Override
  public String toString() {
    return "[session id]";
  }
}
