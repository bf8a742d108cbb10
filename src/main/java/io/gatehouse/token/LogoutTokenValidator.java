package io.gatehouse.token;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.SignedToken.Refusal;
import io.gatehouse.token.SignedToken.Types;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a logout token is to be believed (Back-Channel Logout §2.6). One-time use (rule
 * 8) needs a memory and is left to whoever acts on the token.
 */
public final class LogoutTokenValidator {
  static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

  /** Bounds how long a {@code jti} must be remembered; providers send at once and retry briefly. */
  private static final Duration MAX_AGE = Duration.ofHours(1);

  private static final Refusal REFUSAL = new Refusal(ErrorId.LOGOUT_TOKEN_REFUSED);
  private static final Types TYPES = new Types(Set.of("jwt", "logout+jwt"), Rule.LOGOUT_TYPE);

  private final Clock clock;
  private final Duration skew;

  /**
   * @param skew how far the provider's clock may be off
   */
  public LogoutTokenValidator(Clock clock, Duration skew) {
    this.clock = clock;
    this.skew = skew;
  }

  /** What the token is measured against. */
  public record Expectation(URI issuer, String clientId, String algorithm, KeySet keys) {
    public Expectation {
      IdTokenValidator.requireSignatureAlgorithm(algorithm);
    }
  }

  /** Who the token claims to be from, unverified: only to choose whose keys to try. */
  public static Optional<String> claimedIssuer(Secret logoutToken) {
    try {
      Claims claims = SignedToken.readUnverified(logoutToken.reveal(), REFUSAL);
      return Optional.ofNullable(claims.all().get("iss") instanceof String iss ? iss : null);
    } catch (TokenRefused unreadable) {
      return Optional.empty();
    }
  }

  /** The proof that the token passed, or the first rule it broke. */
  public ValidatedLogoutToken validate(Secret logoutToken, Expectation expected)
      throws TokenRefused {
    Claims claims =
        SignedToken.verify(
            logoutToken.reveal(), TYPES, expected.algorithm(), expected.keys(), REFUSAL);
    Instant now = clock.instant();
    claims.requireIssuer(expected.issuer());
    claims.requireAudience(expected.clientId());
    claims.requireAuthorizedParty(expected.clientId());
    Instant expiresAt = claims.requireNotExpired(now, skew);
    Instant tooOldAt = claims.requireIssuedAt(now, skew).plus(MAX_AGE);
    // an hour old to the instant is too old; the skew moves that instant
    REFUSAL.unless(now.isBefore(tooOldAt.plus(skew)), Rule.LOGOUT_RECENT);
    claims.requireReached(now, skew);
    Optional<String> subject = claims.printable("sub", Rule.SUBJECT);
    Optional<String> sid = claims.printable("sid", Rule.SESSION_ID);
    REFUSAL.unless(subject.isPresent() || sid.isPresent(), Rule.LOGOUT_WHO);
    requireEvent(claims);
    REFUSAL.unless(!claims.all().containsKey("nonce"), Rule.LOGOUT_NO_NONCE);
    String jwtId =
        claims
            .printable("jti", Rule.LOGOUT_JWT_ID)
            .orElseThrow(() -> REFUSAL.of(Rule.LOGOUT_JWT_ID));
    Instant refusedAt = (expiresAt.isBefore(tooOldAt) ? expiresAt : tooOldAt).plus(skew);
    return new ValidatedLogoutToken(expected.issuer().toString(), subject, sid, jwtId, refusedAt);
  }

  private static void requireEvent(Claims claims) {
    REFUSAL.unless(
        claims.all().get("events") instanceof Map<?, ?> events
            && events.get(EVENT) instanceof Map<?, ?>,
        Rule.LOGOUT_EVENTS);
  }
}
