package io.gatehouse.config;

import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;

/**
 * The only reader of MicroProfile Config. Reports all problems at once and refuses unknown keys.
 *
 * <p>Each part is read into a supplier first, so that nothing is built before everything is known
 * to fit.
 */
public final class ConfigurationReader {
  private final Config config;
  private final Predicate<String> isOwnFile;

  /**
   * @param isOwnFile whether a path is that of a file of our own, which no route hides
   */
  public ConfigurationReader(Config config, Predicate<String> isOwnFile) {
    this.config = config;
    this.isOwnFile = isOwnFile;
  }

  /**
   * Reads everything once. In development it also makes the secret that no one set.
   *
   * @throws ConfigurationProblems naming every problem
   */
  public GatehouseConfiguration read() {
    Problems problems = new Problems();
    Values values = new Values(config, problems);
    boolean isDevelopment = values.read(Keys.DEVELOPMENT, Parse::flag).orElse(false);
    values.read(Keys.PROFILE, Parse::profile);

    ProvidersReader providersReader = new ProvidersReader(values, isDevelopment);
    List<String> providerIds = providersReader.ids();
    boolean isEmbedded = providersReader.isEmbedded();
    Supplier<List<ProviderConfiguration>> providers = providersReader.read(providerIds);

    SiteReader site = new SiteReader(values, isDevelopment);
    Optional<URI> baseUrl = site.baseUrl();
    site.checkResponseMode(baseUrl, responseModes(providerIds));
    Optional<List<String>> protectedPaths = site.protectedPaths();
    Optional<Boolean> strictTransport = site.strictTransportSecurity(baseUrl);
    Optional<TrustedProxies> proxies = site.trustedProxies();
    Optional<Boolean> idTokenHint = values.read(Keys.ID_TOKEN_HINT, Parse::flag);

    Supplier<ServerSecrets> secrets =
        new SecretsReader(values, new SecureRandom()).read(isDevelopment);
    LifetimesReader lifetimes = new LifetimesReader(values);
    Supplier<SessionConfiguration> session = lifetimes.session();
    Supplier<RefreshConfiguration> refresh = lifetimes.refresh();
    Supplier<HttpConfiguration> http = new HttpReader(values).read(isEmbedded);

    RoutesReader routesReader = new RoutesReader(values, isEmbedded, isOwnFile);
    List<String> routeIds = routesReader.ids();
    List<RouteConfiguration> routes =
        routesReader.read(routeIds).stream().flatMap(Optional::stream).toList();
    RouteRules routeRules = new RouteRules(problems);
    routeRules.check(routes);
    routeRules.checkAudiences(routes);
    routeRules.checkScopes(routes, providersReader.scopes(providerIds));
    baseUrl.ifPresent(url -> routeRules.checkHosts(routes, url));
    protectedPaths
        .filter(paths -> values.isSet(Keys.PROTECTED_PATHS))
        .ifPresent(paths -> routeRules.checkPages(routes, paths));
    ApiReader api = new ApiReader(values);
    providersReader.issuers(providerIds).ifPresent(api::checkKeysOf);

    new UnknownKeys(providerIds, routeIds).report(config, problems);
    problems.throwIfAny();
    List<ProviderConfiguration> found = providers.get();
    return new GatehouseConfiguration(
        baseUrl.orElseThrow(),
        isDevelopment,
        isEmbedded,
        found,
        secrets.get(),
        session.get(),
        refresh.get(),
        http.get(),
        routes,
        protectedPaths.orElseThrow(),
        api.configuration(found),
        site.insecureHttp().orElseThrow(),
        strictTransport.orElseThrow(),
        idTokenHint.orElseThrow(),
        proxies.orElseThrow());
  }

  private static List<Key> responseModes(List<String> providerIds) {
    List<Key> keys = new ArrayList<>(List.of(Keys.RESPONSE_MODE));
    providerIds.forEach(id -> keys.add(Keys.RESPONSE_MODE.ofProvider(id)));
    return keys;
  }
}
