package io.gatehouse.logout;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Purpose;
import io.gatehouse.store.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * What a form of ours carries where a script would send a header (rule 17): bound to the session,
 * stored nowhere.
 */
public final class FormToken {
  private final Sealer sealer;

  public FormToken(Sealer sealer) {
    this.sealer = sealer;
  }

  String of(SessionId session) {
    return write(sealer.newestKeyId(), sealer.derive(Purpose.FORM_TOKEN, context(session)));
  }

  /** Whether this came from a form that we wrote for this session. */
  boolean isGood(String token, SessionId session) {
    int dot = token.indexOf('.');
    if (dot < 0) {
      return false;
    }
    // the key may have rolled over since the page was shown
    String keyId = token.substring(0, dot);
    return sealer
        .deriveWith(keyId, Purpose.FORM_TOKEN, context(session))
        .filter(derived -> areEqual(write(keyId, derived), token))
        .isPresent();
  }

  private static String write(String keyId, byte[] derived) {
    return keyId + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(derived);
  }

  private static boolean areEqual(String expected, String actual) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] context(SessionId session) {
    return session.hash().getBytes(StandardCharsets.US_ASCII);
  }
}
