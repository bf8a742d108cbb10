package io.gatehouse.authorizationserver;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.token.KeySet;

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
}
