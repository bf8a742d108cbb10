package io.gatehouse.session;

import io.gatehouse.oauth.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What the token endpoint granted for one session (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
 *
 * @param accessTokenExpiresAt empty when the provider does not say and nobody assumes
 * @param accessTokenLifetime from issue to expiry: "a quarter of it" decides when to refresh
 * @param refreshToken empty when the provider gave none: then nothing renews the access token
 * @param refreshTokenExpiresAt the session never outlives it; told by the provider or assumed
 * @param idToken for {@code id_token_hint} and for OpenID Connect Core §12.2
 * @param codeVerifier kept for providers with the quirk of wanting it again at refresh
 * @param scopes as granted, which may be fewer than asked for
 */
public record Tokens(
    Secret accessToken,
    Optional<Instant> accessTokenExpiresAt,
    Duration accessTokenLifetime,
    Optional<Secret> refreshToken,
    Optional<Instant> refreshTokenExpiresAt,
    Secret idToken,
    Optional<Secret> codeVerifier,
    Set<String> scopes) {
  public Tokens {
    scopes = Set.copyOf(scopes);
    if (refreshToken.isEmpty() && refreshTokenExpiresAt.isPresent()) {
      throw new IllegalArgumentException("no refresh token, no end of it");
    }
  }
}
