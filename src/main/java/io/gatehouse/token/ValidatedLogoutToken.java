package io.gatehouse.token;

import java.time.Instant;
import java.util.Optional;

/**
 * A logout token that passed every rule but one-time use (Back-Channel Logout §2.4): whoever acts
 * on it first inserts {@link #issuer()} and {@link #jwtId()} where only one can win.
 */
public final class ValidatedLogoutToken {
  private final String issuer;
  private final Optional<String> subject;
  private final Optional<String> sid;
  private final String jwtId;
  private final Instant rememberUntil;

  ValidatedLogoutToken(
      String issuer,
      Optional<String> subject,
      Optional<String> sid,
      String jwtId,
      Instant rememberUntil) {
    this.issuer = issuer;
    this.subject = subject;
    this.sid = sid;
    this.jwtId = jwtId;
    this.rememberUntil = rememberUntil;
  }

  public String issuer() {
    return issuer;
  }

  /** At least one of subject and sid is present; when both are, both must match. */
  public Optional<String> subject() {
    return subject;
  }

  public Optional<String> sid() {
    return sid;
  }

  public String jwtId() {
    return jwtId;
  }

  /** From this instant on the token is refused anyway, so its jti need not be kept. */
  public Instant rememberUntil() {
    return rememberUntil;
  }

  @Override
  public String toString() {
    return "[validated logout token]";
  }
}
