package io.gatehouse.login;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Purpose;
import io.gatehouse.store.Sealed;
import io.gatehouse.store.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * A login transaction and the {@code state} it travels in (RFC 6749 §4.1.1). Nonce and PKCE
 * verifier follow from state and login cookie, so neither is stored or sent before its time.
 *
 * @param value the parameter as sent and as it comes back
 */
record LoginState(LoginTransaction transaction, String value, Sealed sealed) {
  private static final byte[] NO_DATA = {};

  static LoginState seal(LoginTransaction transaction, Sealer sealer) {
    Sealed sealed = sealer.seal(Purpose.LOGIN_STATE, transaction.toBytes(), NO_DATA);
    return new LoginState(transaction, sealed.encode(), sealed);
  }

  /** Empty when it is not one that we sealed. */
  static Optional<LoginState> open(String value, Sealer sealer) {
    return Sealed.parse(value)
        .flatMap(
            envelope ->
                sealer
                    .open(Purpose.LOGIN_STATE, envelope, NO_DATA)
                    .flatMap(LoginTransaction::read)
                    .map(transaction -> new LoginState(transaction, value, envelope)));
  }

  boolean isOf(SessionId browser) {
    return transaction.browser().equals(browser.hash());
  }

  /** Whether somebody else started it; a browser without the cookie could still be the one. */
  boolean isOfAnother(Optional<SessionId> browser) {
    return browser.isPresent() && !isOf(browser.get());
  }

  /** The login cookie that this state is bound to. */
  SessionId requireBrowser(Optional<SessionId> browser) {
    return browser
        .filter(this::isOf)
        .orElseThrow(
            LoginRefused.because(
                ErrorId.STATE_OF_ANOTHER_BROWSER,
                "Start again in this browser, and allow cookies for this site."));
  }

  /** OpenID Connect Core §3.1.2.1. */
  String nonce(SessionId browser, Sealer sealer) {
    return derive(Purpose.LOGIN_NONCE, browser, sealer);
  }

  /** RFC 7636 §4.1: 43 characters, 256 bits. */
  Secret verifier(SessionId browser, Sealer sealer) {
    return Secret.of(derive(Purpose.LOGIN_VERIFIER, browser, sealer));
  }

  /** RFC 7636 §4.2, S256. */
  static String challenge(Secret verifier) {
    try {
      byte[] ascii = verifier.reveal().getBytes(StandardCharsets.US_ASCII);
      return base64Url(MessageDigest.getInstance("SHA-256").digest(ascii));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private String derive(Purpose purpose, SessionId browser, Sealer sealer) {
    // under the key that sealed the state: a roll-over while people are away must not matter
    byte[] derived =
        sealer
            .deriveWith(
                sealed.keyId(),
                purpose,
                value.getBytes(StandardCharsets.US_ASCII),
                browser.reveal().getBytes(StandardCharsets.US_ASCII))
            .orElseThrow(() -> new IllegalStateException("the key that sealed or opened it"));
    return base64Url(derived);
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
