package io.gatehouse.token;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An ID token that passed every rule (OpenID Connect Core §2). Holding one is the proof. */
public final class ValidatedIdToken {
  private final Map<String, Object> claims;

  ValidatedIdToken(Map<String, Object> claims) {
    this.claims = claims;
  }

  public String issuer() {
    return (String) required("iss");
  }

  public String subject() {
    return (String) required("sub");
  }

  /** The provider's session, for back-channel and front-channel logout. */
  public Optional<String> sid() {
    return Optional.ofNullable((String) claims.get("sid"));
  }

  /** When the user last proved who they are. */
  public Optional<Instant> authTime() {
    return claims.get("auth_time") instanceof Number seconds
        ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
        : Optional.empty();
  }

  public Optional<String> acr() {
    return claims.get("acr") instanceof String acr ? Optional.of(acr) : Optional.empty();
  }

  /**
   * All claims, unmodifiable. Values are String, Boolean, Long, BigDecimal, and unmodifiable List
   * and Map of these; JSON null is left out.
   */
  public Map<String, Object> claims() {
    return claims;
  }

  private Object required(String name) {
    Object value = claims.get(name);
    if (value == null) {
      throw new IllegalStateException("a validated ID token has " + name);
    }
    return value;
  }

  @Override
  public String toString() {
    return "[validated ID token]";
  }
}
