package io.gatehouse.authorizationserver;

import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.IdTokenValidator.Previous;
import io.gatehouse.token.KeySet;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An authorization server whose metadata and keys are at hand.
 *
 * @param keys what it signs ID tokens and logout tokens with
 */
public record Provider(
    ProviderConfiguration configuration, ProviderMetadata metadata, KeySet keys) {

  /** Whether an authorization response without {@code iss} is to be refused (RFC 9207 §2.4). */
  public boolean issRequired() {
    return metadata.authorizationResponseIssParameterSupported();
  }

  /** What an ID token from the code exchange is measured against. */
  public IdTokenValidator.Expectation atSignIn(
      String nonce,
      Secret accessToken,
      Optional<Duration> maxAge,
      Optional<Set<String>> acrValues) {
    return expectation(Optional.of(nonce), accessToken, maxAge, acrValues, Optional.empty());
  }

  /** What an ID token that came along with a refresh is measured against. */
  public IdTokenValidator.Expectation atRefresh(Secret storedIdToken, Secret accessToken) {
    return expectation(
        Optional.empty(),
        accessToken,
        Optional.empty(),
        Optional.empty(),
        Optional.of(Previous.of(storedIdToken)));
  }

  private IdTokenValidator.Expectation expectation(
      Optional<String> nonce,
      Secret accessToken,
      Optional<Duration> maxAge,
      Optional<Set<String>> acrValues,
      Optional<Previous> previous) {
    ClientConfiguration client = configuration.client();
    return new IdTokenValidator.Expectation(
        configuration.issuer(),
        client.clientId(),
        client.idTokenSignedResponseAlg(),
        keys,
        nonce,
        Optional.of(accessToken),
        maxAge,
        acrValues,
        previous);
  }
}
