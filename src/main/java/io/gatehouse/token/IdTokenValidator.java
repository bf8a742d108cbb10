package io.gatehouse.token;

import com.nimbusds.jose.JWSAlgorithm;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.SignedToken.Refusal;
import io.gatehouse.token.SignedToken.Types;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether an ID token is to be believed (OpenID Connect Core §3.1.3.7, and §12.2 at
 * refresh). Each {@link Rule} is checked here or in what this class calls, by name.
 */
public final class IdTokenValidator {
  private static final Refusal REFUSAL = new Refusal(ErrorId.ID_TOKEN_REFUSED);
  private static final Types TYPES = new Types(Set.of("jwt"), Rule.TYPE);

  private final Clock clock;
  private final Duration skew;

  /**
   * @param skew how far the provider's clock may be off
   */
  public IdTokenValidator(Clock clock, Duration skew) {
    this.clock = clock;
    this.skew = skew;
  }

  /**
   * What the token is measured against.
   *
   * @param algorithm the one JWS algorithm accepted, of the RSA or EC families
   * @param nonce of the authorization request; empty only at refresh
   * @param accessToken that came along, for {@code at_hash}
   * @param maxAge asked for in the authorization request
   * @param acrValues asked for; one of them must come back
   * @param previous at refresh, what the session's ID token said
   */
  public record Expectation(
      URI issuer,
      String clientId,
      String algorithm,
      KeySet keys,
      Optional<String> nonce,
      Optional<Secret> accessToken,
      Optional<Duration> maxAge,
      Optional<Set<String>> acrValues,
      Optional<Previous> previous) {
    public Expectation {
      requireSignatureAlgorithm(algorithm);
      if (nonce.isEmpty() && previous.isEmpty()) {
        throw new IllegalArgumentException("a sign-in has a nonce, a refresh a previous ID token");
      }
    }
  }

  /** What must not change at refresh (OpenID Connect Core §12.2). */
  public record Previous(String issuer, String subject, Optional<String> nonce) {
    /** Read from the session's own ID token, which was validated when it came. */
    public static Previous of(Secret storedIdToken) {
      Claims claims = SignedToken.readUnverified(storedIdToken.reveal(), REFUSAL);
      return new Previous(
          String.valueOf(claims.all().get("iss")),
          String.valueOf(claims.all().get("sub")),
          Optional.ofNullable(claims.all().get("nonce")).map(Object::toString));
    }
  }

  /** The proof that the token passed, or the first rule it broke. */
  public ValidatedIdToken validate(Secret idToken, Expectation expected) throws TokenRefused {
    Claims claims =
        SignedToken.verify(idToken.reveal(), TYPES, expected.algorithm(), expected.keys(), REFUSAL);
    Instant now = clock.instant();
    claims.requireIssuer(expected.issuer());
    claims.requireAudience(expected.clientId());
    claims.requireAuthorizedParty(expected.clientId());
    claims.requireNotExpired(now, skew);
    claims.requireIssuedAt(now, skew);
    claims.requireReached(now, skew);
    requireNonce(claims, expected);
    requireAcr(claims, expected);
    requireAuthTime(claims, expected, now);
    REFUSAL.unless(claims.printable("sub", Rule.SUBJECT).isPresent(), Rule.SUBJECT);
    claims.printable("sid", Rule.SESSION_ID);
    requireAccessTokenHash(claims, expected);
    REFUSAL.unless(!claims.isLogoutToken(), Rule.PURPOSE);
    expected.previous().ifPresent(previous -> requireUnchanged(claims, previous));
    return new ValidatedIdToken(claims.all());
  }

  static void requireSignatureAlgorithm(String algorithm) {
    JWSAlgorithm parsed = JWSAlgorithm.parse(algorithm);
    if (!JWSAlgorithm.Family.RSA.contains(parsed)
        && !Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512).contains(parsed)) {
      throw new IllegalArgumentException("an RSA or EC signature algorithm");
    }
  }

  private static void requireNonce(Claims claims, Expectation expected) {
    Object nonce = claims.all().get("nonce");
    REFUSAL.unless(expected.nonce().map(sent -> sent.equals(nonce)).orElse(true), Rule.NONCE);
  }

  private static void requireAcr(Claims claims, Expectation expected) {
    Object acr = claims.all().get("acr");
    REFUSAL.unless(
        expected
            .acrValues()
            .map(asked -> acr instanceof String && asked.contains(acr))
            .orElse(true),
        Rule.ACR);
  }

  private void requireAuthTime(Claims claims, Expectation expected, Instant now) {
    Optional<Instant> authTime = claims.time("auth_time", Rule.AUTH_TIME);
    // exactly max_age ago still passes, and so does the skew beyond it
    REFUSAL.unless(
        expected
            .maxAge()
            .map(age -> authTime.isPresent() && !now.isAfter(authTime.get().plus(age).plus(skew)))
            .orElse(true),
        Rule.AUTH_TIME);
    // nobody has signed in later than now
    REFUSAL.unless(authTime.map(at -> !at.isAfter(now.plus(skew))).orElse(true), Rule.AUTH_TIME);
  }

  private static void requireAccessTokenHash(Claims claims, Expectation expected) {
    Object hash = claims.all().get("at_hash");
    REFUSAL.unless(
        hash == null
            || expected
                .accessToken()
                .map(token -> leftHalfHash(token, expected.algorithm()).equals(hash))
                .orElse(true),
        Rule.ACCESS_TOKEN_HASH);
  }

  private static String leftHalfHash(Secret accessToken, String algorithm) {
    try {
      // RS256, PS384, ES512: the digits name the hash
      MessageDigest digest =
          MessageDigest.getInstance("SHA-" + algorithm.substring(algorithm.length() - 3));
      byte[] hash = digest.digest(accessToken.reveal().getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(hash, hash.length / 2));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has the SHA-2 family", e);
    }
  }

  /**
   * Of §12.2 auth_time is left out on purpose: providers whose users prove themselves again in
   * another session move it, and refusing would sign the user out of this one.
   */
  private static void requireUnchanged(Claims claims, Previous previous) {
    Object nonce = claims.all().get("nonce");
    REFUSAL.unless(previous.issuer().equals(claims.all().get("iss")), Rule.REFRESH_ISSUER);
    REFUSAL.unless(previous.subject().equals(claims.all().get("sub")), Rule.REFRESH_SUBJECT);
    REFUSAL.unless(
        nonce == null || previous.nonce().map(nonce::equals).orElse(true), Rule.REFRESH_NONCE);
  }
}
