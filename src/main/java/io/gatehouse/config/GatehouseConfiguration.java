package io.gatehouse.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Everything an operator can set, read once at start by {@link ConfigurationReader}.
 *
 * @param baseUrl scheme, host and port of this site, no path: the only source of absolute URLs
 * @param development whether the development include of the server is present
 * @param embeddedProvider whether the provider is the one in that include, with its demo users
 * @param providers at least one; several make a chooser page
 * @param protectedPaths own pages that need a session: each path and everything below it
 */
public record GatehouseConfiguration(
    URI baseUrl,
    boolean development,
    boolean embeddedProvider,
    List<ProviderConfiguration> providers,
    ServerSecrets secrets,
    SessionConfiguration session,
    RefreshConfiguration refresh,
    HttpConfiguration http,
    List<RouteConfiguration> routes,
    List<String> protectedPaths,
    ApiConfiguration api,
    boolean insecureHttp,
    boolean strictTransportSecurity,
    boolean idTokenHint,
    TrustedProxies trustedProxies) {

  public GatehouseConfiguration {
    providers = List.copyOf(providers);
    routes = List.copyOf(routes);
    protectedPaths = List.copyOf(protectedPaths);
    if (providers.isEmpty()) {
      throw new IllegalArgumentException("at least one provider");
    }
    if (api.jwksUri().isEmpty() && ofIssuer(providers, api.issuer()).isEmpty()) {
      throw new IllegalArgumentException("an issuer at /api whose keys nobody tells");
    }
  }

  public Optional<ProviderConfiguration> provider(String id) {
    return providers.stream().filter(provider -> provider.id().equals(id)).findFirst();
  }

  /** The provider of this very issuer (RFC 8414 §3.3: equal to the letter). */
  public Optional<ProviderConfiguration> providerOf(URI issuer) {
    return ofIssuer(providers, issuer);
  }

  private static Optional<ProviderConfiguration> ofIssuer(
      List<ProviderConfiguration> providers, URI issuer) {
    return providers.stream().filter(provider -> provider.issuer().equals(issuer)).findFirst();
  }

  /** The same for an issuer as it stands in a request or token. */
  public Optional<ProviderConfiguration> providerOfIssuer(String issuer) {
    return providers.stream()
        .filter(provider -> provider.issuer().toString().equals(issuer))
        .findFirst();
  }

  /** Whether our account page is to be seen: a site that has a route there takes its place. */
  public boolean hasAccountPage() {
    return routes.stream()
        .filter(route -> route.host().stream().allMatch(baseUrl.getHost()::equalsIgnoreCase))
        .noneMatch(route -> RouteConfiguration.isWithin("/account", route.path()));
  }

  /** The redirection endpoint to register at every provider (RFC 6749 §3.1.2). */
  public URI redirectUri() {
    return baseUrl.resolve("/auth/callback");
  }

  public URI postLogoutRedirectUri() {
    return baseUrl.resolve("/auth/logged-out");
  }

  public URI backChannelLogoutUri() {
    return baseUrl.resolve("/auth/backchannel-logout");
  }

  public URI frontChannelLogoutUri() {
    return baseUrl.resolve("/auth/frontchannel-logout");
  }
}
