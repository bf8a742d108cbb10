package io.gatehouse.gateway;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.config.RouteConfiguration.Access;
import io.gatehouse.oauth.Fault;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.Session;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What one route lets pass: whom, how many at a time, and what of a request and an answer. */
final class Passage {
  private final GatehouseConfiguration configuration;
  private final RouteConfiguration route;
  private final Clock clock;
  private final Fields fields;
  private final Cookies cookies;
  private final ResponseFields responseFields;
  private final Forwarding forwarding;
  private final Places places;

  Passage(
      GatehouseConfiguration configuration,
      RouteConfiguration route,
      ClientAddress addresses,
      Clock clock) {
    this.configuration = configuration;
    this.route = route;
    this.clock = clock;
    URI site = configuration.baseUrl();
    Addresses seen = new Addresses(site, route.path(), route.target());
    this.fields = new Fields(route);
    this.cookies =
        new Cookies(
            route.crossing().cookies(), route.path(), seen, site.getScheme().equals("https"));
    this.responseFields =
        new ResponseFields(
            fields, seen, cookies, route.isWebApplication(), route.crossing().caching());
    this.forwarding = new Forwarding(addresses, site, route.path(), route.target());
    this.places = new Places(route.limits());
  }

  RouteConfiguration route() {
    return route;
  }

  Places places() {
    return places;
  }

  ResponseFields responseFields() {
    return responseFields;
  }

  /**
   * Whether this session may pass, as far as is known: the scopes of a token for one resource are
   * those that it came with (RFC 8707 §2.2), so this is asked again with each token.
   *
   * @throws RequestRefused 401 or 403 with where to get what is missing
   */
  void admit(Session session) {
    Access access = route.access();
    Set<String> missing = missing(access.scopes(), session);
    if (!missing.isEmpty()) {
      throw RequestRefused.consentNeeded(missing);
    }
    if (!isStrongEnough(access, session) || !isYoungEnough(access, session)) {
      throw RequestRefused.stepUpNeeded(access.acrValues(), access.maxAge());
    }
  }

  /** What a protected resource asks for in vain, when a sign-in can bring it. */
  Optional<Fault> wanted(Challenge challenge, Optional<Session> session) {
    if (session.isEmpty()) {
      return Optional.empty();
    }
    if (challenge.isStepUp()) {
      return Optional.of(RequestRefused.stepUpNeeded(challenge.acrValues(), challenge.maxAge()));
    }
    Set<String> missing = missing(challenge.scopes(), session.get());
    return challenge.isForScopes()
            && !missing.isEmpty()
            && requestable(session.get()).containsAll(missing)
        ? Optional.of(RequestRefused.consentNeeded(missing))
        : Optional.empty();
  }

  UpstreamRequest request(HttpServletRequest request, URI address) {
    return UpstreamRequest.of(
        request, address, fields, cookies, forwarding, route.limits().maxBody());
  }

  /** What the token that goes up lacks; nothing while there is none yet. */
  private Set<String> missing(Set<String> wanted, Session session) {
    if (wanted.isEmpty()) {
      return wanted;
    }
    Set<String> granted =
        session.accessToken(route.access().audience()).map(AccessToken::scopes).orElse(wanted);
    Set<String> missing = new HashSet<>(wanted);
    missing.removeAll(granted);
    return missing;
  }

  private Set<String> requestable(Session session) {
    Set<String> scopes = new HashSet<>();
    configuration
        .provider(session.provider())
        .map(ProviderConfiguration::client)
        .ifPresent(
            client -> {
              scopes.addAll(client.scopes());
              scopes.addAll(client.optionalScopes());
            });
    return scopes;
  }

  private static boolean isStrongEnough(Access access, Session session) {
    return access.acrValues().isEmpty()
        || session.acr().filter(access.acrValues()::contains).isPresent();
  }

  /** Boundary: at the age itself it is still young enough. */
  private boolean isYoungEnough(Access access, Session session) {
    if (access.maxAge().isEmpty()) {
      return true;
    }
    Instant oldest = clock.instant().minus(access.maxAge().get());
    return session.authenticatedAt().filter(at -> !at.isBefore(oldest)).isPresent();
  }
}
