package io.gatehouse.token;

import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether an ID token is to be believed (OpenID Connect Core §3.1.3.7, and §12.2 at
 * refresh).
 */
public final class IdTokenValidator {
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
   * @param algorithm the one JWS algorithm accepted
   * @param nonce of the authorization request; empty only at refresh
   * @param accessToken that came along, for {@code at_hash}
   * @param maxAge asked for in the authorization request
   * @param acrValues asked for; one of them must come back
   * @param previous at refresh, the session's ID token
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
      Optional<Previous> previous) {}

  /** What must not change at refresh (OpenID Connect Core §12.2). */
  public record Previous(String issuer, String subject, Optional<String> nonce) {
    /** Read from the session's own, once validated ID token. */
    public static Previous of(Secret storedIdToken) {
      throw new UnsupportedOperationException();
    }
  }

  public ValidatedIdToken validate(Secret idToken, Expectation expected) throws TokenRefused {
    throw new UnsupportedOperationException(clock + "" + skew);
  }
}
