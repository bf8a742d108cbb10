package io.gatehouse.token;

import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Decides whether a logout token is to be believed (Back-Channel Logout §2.6). */
public final class LogoutTokenValidator {
  private final Clock clock;
  private final Duration skew;

  public LogoutTokenValidator(Clock clock, Duration skew) {
    this.clock = clock;
    this.skew = skew;
  }

  /** What the token is measured against. */
  public record Expectation(URI issuer, String clientId, String algorithm, KeySet keys) {}

  /** Who the token claims to be from, unverified: only to choose whose keys to try. */
  public static Optional<String> claimedIssuer(Secret logoutToken) {
    throw new UnsupportedOperationException();
  }

  public ValidatedLogoutToken validate(Secret logoutToken, Expectation expected)
      throws TokenRefused {
    throw new UnsupportedOperationException(clock + "" + skew);
  }
}
