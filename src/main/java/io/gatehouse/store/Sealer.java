package io.gatehouse.store;

import io.gatehouse.config.ServerSecrets;
import io.gatehouse.oauth.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals with AES-256-GCM and derives with HKDF (RFC 5869, SHA-256). Several server secrets let keys
 * roll over: the newest seals and derives, all open.
 *
 * <p>Half of each 24-byte nonce goes into the key, half into GCM: random nonces may then be drawn
 * for ever, where GCM's own 12 bytes allow 2^32 messages per key (NIST SP 800-38D §8.3).
 */
public final class Sealer {
  private static final int HALF_NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecureRandom random;
  private final Map<String, byte[]> keysNewestFirst = new LinkedHashMap<>();
  private final String newest;

  public Sealer(ServerSecrets secrets, SecureRandom random) {
    this.random = random;
    for (Secret secret : secrets.newestFirst()) {
      byte[] key = hmac(utf8("io.gatehouse"), bytesOf(secret)); // HKDF-Extract
      String id = BASE64.encodeToString(hmac(key, utf8("key id"))).substring(0, 8);
      keysNewestFirst.putIfAbsent(id, key);
    }
    this.newest = keysNewestFirst.keySet().iterator().next();
  }

  /** The key that seals now; to be kept with what {@link #derive} gave. */
  public String newestKeyId() {
    return newest;
  }

  /**
   * @param associatedData not hidden but bound: {@link #open} needs the same
   */
  public Sealed seal(Purpose purpose, byte[] plain, byte[] associatedData) {
    byte[] nonce = new byte[2 * HALF_NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, key(newest), purpose, nonce, associatedData).doFinal(plain);
      return new Sealed(newest, nonce, sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has AES-GCM", e);
    }
  }

  /** Empty when no key of ours sealed it for that purpose and data, or when it was changed. */
  public Optional<byte[]> open(Purpose purpose, Sealed sealed, byte[] associatedData) {
    byte[] key = keysNewestFirst.get(sealed.keyId());
    if (key == null
        || sealed.nonce().length != 2 * HALF_NONCE
        // shorter than its tag: the JCE answers that with another exception than a bad tag
        || sealed.ciphertext().length < TAG_BITS / Byte.SIZE) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, key, purpose, sealed.nonce(), associatedData)
              .doFinal(sealed.ciphertext()));
    } catch (AEADBadTagException changed) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has AES-GCM", e);
    }
  }

  /** 32 bytes that only we can compute, from the newest key. */
  public byte[] derive(Purpose purpose, byte[]... context) {
    return expand(key(newest), purpose, context);
  }

  /** As {@link #derive} under a key used before; empty when it is no longer among ours. */
  public Optional<byte[]> deriveWith(String keyId, Purpose purpose, byte[]... context) {
    return Optional.ofNullable(keysNewestFirst.get(keyId))
        .map(key -> expand(key, purpose, context));
  }

  /**
   * A text that stands for {@code words} without telling them, under every key of ours, newest
   * first: rows written under an older key are still found.
   */
  public List<String> indexes(Purpose purpose, String... words) {
    byte[][] context = Arrays.stream(words).map(Sealer::utf8).toArray(byte[][]::new);
    return keysNewestFirst.values().stream()
        .map(key -> BASE64.encodeToString(expand(key, purpose, context)))
        .toList();
  }

  private byte[] key(String id) {
    byte[] key = keysNewestFirst.get(id);
    if (key == null) {
      throw new IllegalStateException("the newest key is among the keys");
    }
    return key;
  }

  private static Cipher cipher(
      int mode, byte[] key, Purpose purpose, byte[] nonce, byte[] associatedData)
      throws GeneralSecurityException {
    byte[] once = expand(key, purpose, Arrays.copyOf(nonce, HALF_NONCE));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(once, "AES"),
        new GCMParameterSpec(TAG_BITS, nonce, HALF_NONCE, HALF_NONCE));
    cipher.updateAAD(associatedData);
    return cipher;
  }

  /** HKDF-Expand for one block; lengths before the parts, so that no two lists of parts meet. */
  private static byte[] expand(byte[] key, Purpose purpose, byte[]... context) {
    byte[] name = utf8(purpose.name());
    int size = Arrays.stream(context).mapToInt(part -> Integer.BYTES + part.length).sum();
    ByteBuffer info = ByteBuffer.allocate(Integer.BYTES + name.length + size + 1);
    info.putInt(name.length).put(name);
    for (byte[] part : context) {
      info.putInt(part.length).put(part);
    }
    return hmac(key, info.put((byte) 1).array());
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }

  private static byte[] bytesOf(Secret secret) {
    // both alphabets of base64: `openssl rand -base64` writes one, URL-safe tools the other
    String standard = secret.reveal().replace('-', '+').replace('_', '/');
    return Base64.getDecoder().decode(standard);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
