package io.gatehouse.testing;

import io.gatehouse.config.ApiConfiguration;
import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.HttpConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.config.RefreshConfiguration;
import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.config.ServerSecrets;
import io.gatehouse.config.SessionConfiguration;
import io.gatehouse.config.TrustedProxies;
import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A configuration as an operator would have it, changed where a test cares. */
public final class Configurations {
  private URI baseUrl = URI.create("https://localhost:9443");
  private final List<ProviderConfiguration> providers = new ArrayList<>();
  private List<String> trustedProxies = List.of();
  private boolean strictTransportSecurity;
  private boolean idTokenHint = true;
  private Set<String> optionalScopes = Set.of();
  private List<String> resources = List.of();
  private List<String> authorizationResources = List.of();
  private ResponseMode responseMode = ResponseMode.QUERY;
  private Set<ProviderQuirk> quirks = Set.of();
  private List<RouteConfiguration> routes =
      List.of(route("/bff", "http://127.0.0.1:9080/api", "GET", "PUT"));

  public static Configurations standard() {
    return new Configurations();
  }

  public Configurations baseUrl(String address) {
    baseUrl = URI.create(address);
    return this;
  }

  public Configurations trustedProxies(String... cidrs) {
    trustedProxies = List.of(cidrs);
    return this;
  }

  public Configurations routes(RouteConfiguration... more) {
    routes = List.of(more);
    return this;
  }

  public Configurations strictTransportSecurity() {
    strictTransportSecurity = true;
    return this;
  }

  public Configurations withoutIdTokenHint() {
    idTokenHint = false;
    return this;
  }

  /** For the providers added after this. */
  public Configurations optionalScopes(String... scopes) {
    optionalScopes = Set.of(scopes);
    return this;
  }

  /** For the providers added after this. */
  public Configurations resources(String... indicators) {
    resources = List.of(indicators);
    return this;
  }

  /** For the providers added after this. */
  public Configurations authorizationResources(String... indicators) {
    authorizationResources = List.of(indicators);
    return this;
  }

  /** For the providers added after this. */
  public Configurations responseMode(ResponseMode mode) {
    responseMode = mode;
    return this;
  }

  /** For the providers added after this. */
  public Configurations quirk(ProviderQuirk quirk) {
    quirks = Set.of(quirk);
    return this;
  }

  /** At the client id and secret of {@link FakeAuthorizationServer}. */
  public Configurations provider(String id, URI issuer) {
    providers.add(
        new ProviderConfiguration(
            id,
            "Provider " + id,
            issuer,
            new ClientConfiguration(
                "gatehouse",
                AuthMethod.CLIENT_SECRET_BASIC,
                Optional.of(Secret.of("fake-secret")),
                new LinkedHashSet<>(List.of("openid", "profile", "email", "offline_access")),
                optionalScopes,
                resources,
                authorizationResources,
                "RS256",
                responseMode),
            quirks));
    return this;
  }

  public GatehouseConfiguration build() {
    if (providers.isEmpty()) {
      provider("default", URI.create("https://issuer.example"));
    }
    String secret =
        Base64.getEncoder()
            .encodeToString("thirty-two-bytes-of-test-secret!".getBytes(StandardCharsets.US_ASCII));
    return new GatehouseConfiguration(
        baseUrl,
        false,
        false,
        providers,
        new ServerSecrets(List.of(Secret.of(secret))),
        new SessionConfiguration(
            Duration.ofMinutes(30),
            Duration.ofDays(7),
            20,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            true,
            false),
        new RefreshConfiguration(
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofDays(30)),
        new HttpConfiguration(Duration.ofSeconds(2), Duration.ofSeconds(5), List.of()),
        routes,
        List.of("/account"),
        new ApiConfiguration(providers.get(0).issuer(), "gatehouse-api", "RS256", Optional.empty()),
        "http".equals(baseUrl.getScheme()),
        strictTransportSecurity,
        idTokenHint,
        new TrustedProxies(trustedProxies));
  }

  /** A route as its defaults are, for signed-in users; its path is its id but for the usual one. */
  public static RouteConfiguration route(String path, String target, String... methods) {
    return new RouteConfiguration(
        path.equals("/bff") ? "api" : path,
        Optional.empty(),
        path,
        Set.of(methods),
        URI.create(target),
        new RouteConfiguration.Access(
            true,
            RouteConfiguration.TokenKind.USER,
            Optional.empty(),
            Set.of(),
            List.of(),
            Optional.empty()),
        new RouteConfiguration.Limits(
            Duration.ofSeconds(30), Duration.ofSeconds(60), 1024 * 1024, 2048, 512),
        new RouteConfiguration.Crossing(Set.of(), Set.of(), Set.of(), false, true));
  }
}
