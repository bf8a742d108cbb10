package io.gatehouse.authorizationserver;

import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.config.HttpConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.token.StaticKeySet;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A back channel with short limits, and providers configured for the fake. */
final class Setup {
  static final URI REDIRECT_URI = URI.create("https://localhost:9443/auth/callback");

  /** Long enough for a good answer on the busiest machine. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Where a limit that acted ends on the busiest machine, and patience is far from its end. */
  static final Duration SOON = Duration.ofSeconds(10);

  /** The whole deadline of {@link #impatient()}. */
  static final Duration DEADLINE = Duration.ofMillis(1500);

  private Setup() {}

  static BackChannel backChannel() {
    return new BackChannel(new HttpConfiguration(PATIENCE, PATIENCE, List.of()), PATIENCE);
  }

  /** Gives up on the whole request soon, and on nothing else. */
  static BackChannel impatient() {
    return new BackChannel(new HttpConfiguration(PATIENCE, PATIENCE, List.of()), DEADLINE);
  }

  /** Gives up soon on a peer that takes no connection, and on nothing else. */
  static BackChannel impatientToConnect() {
    return new BackChannel(
        new HttpConfiguration(Duration.ofMillis(500), PATIENCE, List.of()), PATIENCE);
  }

  /** Gives up soon on a peer that sends no headers, and on nothing else. */
  static BackChannel impatientToRead() {
    return new BackChannel(
        new HttpConfiguration(PATIENCE, Duration.ofSeconds(1), List.of()), PATIENCE);
  }

  static ProviderConfiguration configuration(FakeAuthorizationServer fake) {
    return configuration(fake.issuer(), client(AuthMethod.CLIENT_SECRET_BASIC, List.of()));
  }

  static ProviderConfiguration configuration(URI issuer, ClientConfiguration client) {
    return new ProviderConfiguration("default", "Fake", issuer, client, Set.of());
  }

  static ProviderConfiguration wantingTheVerifierAgain(FakeAuthorizationServer fake) {
    return new ProviderConfiguration(
        "default",
        "Fake",
        fake.issuer(),
        client(AuthMethod.CLIENT_SECRET_BASIC, List.of()),
        Set.of(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER));
  }

  static ClientConfiguration client(AuthMethod method, List<String> resources) {
    return client("gatehouse", "fake-secret", method, resources);
  }

  static ClientConfiguration client(
      String id, String secret, AuthMethod method, List<String> resources) {
    return new ClientConfiguration(
        id,
        method,
        method == AuthMethod.NONE ? Optional.empty() : Optional.of(Secret.of(secret)),
        Set.of("openid", "profile"),
        Set.of(),
        resources,
        List.of(),
        "RS256",
        ResponseMode.QUERY);
  }

  /** A provider at these addresses, without asking it for metadata. */
  static Provider provider(ProviderConfiguration configuration) {
    URI issuer = configuration.issuer();
    return new Provider(
        configuration,
        new ProviderMetadata(
            issuer,
            URI.create(issuer + "/authorize"),
            URI.create(issuer + "/token"),
            URI.create(issuer + "/jwks"),
            Optional.of(URI.create(issuer + "/userinfo")),
            Optional.of(URI.create(issuer + "/revoke")),
            Optional.of(URI.create(issuer + "/end_session")),
            true),
        new StaticKeySet(new JWKSet(SigningKeys.ec("unused").toPublicJWK())));
  }

  static Provider provider(FakeAuthorizationServer fake) {
    return provider(configuration(fake));
  }
}
