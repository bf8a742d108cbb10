package io.gatehouse.config;

import java.net.URI;
import java.util.Optional;

/** Reads what access tokens must look like at {@code /api}; the provider says what is not set. */
final class ApiReader {
  private final Optional<URI> issuer;
  private final Optional<String> audience;
  private final Optional<URI> jwksUri;

  ApiReader(Values values) {
    this.issuer = values.read(Keys.API_ISSUER, Addresses::issuer);
    this.audience = values.read(Keys.API_AUDIENCE, Parse::printable);
    this.jwksUri = values.read(Keys.API_JWKS_URI, Addresses::document);
  }

  ApiConfiguration configuration(ProviderConfiguration provider) {
    ClientConfiguration client = provider.client();
    return new ApiConfiguration(
        issuer.orElse(provider.issuer()),
        audience.orElseGet(() -> client.resources().stream().findFirst().orElse(client.clientId())),
        jwksUri);
  }
}
