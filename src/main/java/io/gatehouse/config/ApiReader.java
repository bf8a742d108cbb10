package io.gatehouse.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what access tokens must look like at {@code /api}; the provider says what is not set. */
final class ApiReader {
  private final Values values;
  private final Optional<URI> issuer;
  private final Optional<String> audience;
  private final Optional<URI> jwksUri;

  ApiReader(Values values) {
    this.values = values;
    this.issuer = values.read(Keys.API_ISSUER, Addresses::issuer);
    this.audience = values.read(Keys.API_AUDIENCE, Parse::printable);
    this.jwksUri = values.read(Keys.API_JWKS_URI, Addresses::document);
  }

  /** An issuer that is no provider of ours has no metadata here: somebody must name its keys. */
  void checkKeysOf(Set<URI> providers) {
    if (issuer.isPresent()
        && !providers.contains(issuer.get())
        && !values.isSet(Keys.API_JWKS_URI)) {
      values
          .problems()
          .missing(
              Keys.API_JWKS_URI,
              "gatehouse.api.issuer is the issuer of no provider here, so nothing tells its keys;"
                  + " write the address of its JWK Set, or remove gatehouse.api.issuer");
    }
  }

  ApiConfiguration configuration(List<ProviderConfiguration> providers) {
    ProviderConfiguration first = providers.get(0);
    URI accepted = issuer.orElse(first.issuer());
    Optional<ClientConfiguration> ofIssuer =
        providers.stream()
            .filter(provider -> provider.issuer().equals(accepted))
            .map(ProviderConfiguration::client)
            .findFirst();
    return new ApiConfiguration(
        accepted,
        audience.orElseGet(() -> audienceOf(ofIssuer.orElse(first.client()))),
        // RFC 9068 §2.1: what every issuer can
        ofIssuer
            .map(ClientConfiguration::idTokenSignedResponseAlg)
            .orElse(Keys.ID_TOKEN_ALG.fallback().orElseThrow()),
        jwksUri);
  }

  private static String audienceOf(ClientConfiguration client) {
    return client.resources().stream().findFirst().orElse(client.clientId());
  }
}
