package io.gatehouse.session;

import io.gatehouse.oauth.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An access token (RFC 6749 §1.4) of a session.
 *
 * @param expiresAt empty when the provider does not say and nobody assumes
 * @param lifetime from issue to expiry: "a quarter of it" decides when to refresh
 * @param scopes as granted
 * @param generation the session's when it came: what to name when a protected resource refuses it
 */
public record AccessToken(
    Secret value,
    Optional<Instant> expiresAt,
    Duration lifetime,
    Set<String> scopes,
    long generation) {
  public AccessToken {
    scopes = Set.copyOf(scopes);
  }

  /** Whether it is still good at that instant. */
  public boolean isGoodAt(Instant now) {
    // strictly before: at its expiry the token is expired (RFC 7519 §4.1.4)
    return expiresAt.map(now::isBefore).orElse(true);
  }
}
