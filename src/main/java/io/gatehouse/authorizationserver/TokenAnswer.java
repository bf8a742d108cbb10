package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A successful response of the token endpoint that passed every check (RFC 6749 §5.1).
 *
 * @param expiresIn of the access token, within bounds whatever the provider said
 * @param refreshExpiresIn of the refresh token, where the provider says so
 * @param scopes as granted; empty when the provider left them out, which means as requested
 */
public record TokenAnswer(
    Secret accessToken,
    Optional<Secret> refreshToken,
    Optional<Secret> idToken,
    Duration expiresIn,
    Optional<Duration> refreshExpiresIn,
    Optional<Set<String>> scopes) {

  /** The granted scopes; at refresh {@code requested} are those the session had. */
  public Set<String> scopesOr(Set<String> requested) {
    return scopes.orElse(requested);
  }
}
