package io.gatehouse.config;

import io.gatehouse.config.RouteConfiguration.Access;
import io.gatehouse.config.RouteConfiguration.TokenKind;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What no single key tells: that the keys of a route fit each other, that no two routes grant the
 * same, and that users can get what a route asks for.
 */
final class RouteRules {
  private final Problems problems;

  RouteRules(Problems problems) {
    this.problems = problems;
  }

  /** The routes by themselves. */
  void check(List<RouteConfiguration> routes) {
    for (int i = 0; i < routes.size(); i++) {
      RouteConfiguration route = routes.get(i);
      checkAccess(route);
      checkCrossing(route);
      for (RouteConfiguration earlier : routes.subList(0, i)) {
        checkOverlap(route, earlier);
      }
    }
  }

  /** With one more, each call would find the token for its resource gone, and rotate the tokens. */
  void checkAudiences(List<RouteConfiguration> routes) {
    Set<URI> audiences = new HashSet<>();
    for (RouteConfiguration route : routes) {
      route.access().audience().ifPresent(audiences::add);
      if (audiences.size() > RouteConfiguration.MOST_AUDIENCES) {
        problems.conflict(
            Keys.ROUTE_AUDIENCE.of(route.id()),
            "is one more than the "
                + RouteConfiguration.MOST_AUDIENCES
                + " different audiences that a session keeps tokens for; let routes share one");
        return;
      }
    }
  }

  /**
   * A cookie of ours never reaches another host, and so no session does.
   *
   * @param baseUrl where users sign in
   */
  void checkHosts(List<RouteConfiguration> routes, URI baseUrl) {
    for (RouteConfiguration route : routes) {
      boolean isElsewhere =
          route.host().isPresent() && !route.host().get().equals(baseUrl.getHost());
      if (isElsewhere && route.access().sessionRequired()) {
        problems.conflict(
            Keys.ROUTE_HOST.of(route.id()),
            "is not the host of gatehouse.base-url, so nobody has a session there; write "
                + baseUrl.getHost()
                + ", or "
                + Keys.ROUTE_SESSION.of(route.id()).name()
                + "=optional");
      }
    }
  }

  /**
   * @param grantable what a session of any provider can be granted
   */
  void checkScopes(List<RouteConfiguration> routes, Set<String> grantable) {
    for (RouteConfiguration route : routes) {
      Set<String> unknown = new TreeSet<>(route.access().scopes());
      unknown.removeAll(grantable);
      if (!unknown.isEmpty()) {
        problems.conflict(
            Keys.ROUTE_SCOPES.of(route.id()),
            "asks for "
                + String.join(" ", unknown)
                + ", which no sign-in can bring; add it to gatehouse.scopes or"
                + " gatehouse.optional-scopes of every provider");
      }
    }
  }

  /**
   * @param pages protected pages of our own, as the operator wrote them
   */
  void checkPages(List<RouteConfiguration> routes, List<String> pages) {
    for (RouteConfiguration route : routes) {
      if (route.access().sessionRequired()) {
        continue;
      }
      for (String page : pages) {
        if (RouteConfiguration.isWithin(page, route.path())) {
          problems.conflict(
              Keys.PROTECTED_PATHS,
              "names "
                  + page
                  + ", which route "
                  + route.id()
                  + " serves to everybody; give it a route of its own, with session=required");
        }
      }
    }
  }

  private void checkAccess(RouteConfiguration route) {
    Access access = route.access();
    if (access.token() == TokenKind.NONE && access.audience().isPresent()) {
      contradiction(route, Keys.ROUTE_AUDIENCE, Keys.ROUTE_TOKEN, "none");
    }
    if (!access.sessionRequired()) {
      refuseWithoutSession(route, Keys.ROUTE_SCOPES, !access.scopes().isEmpty());
      refuseWithoutSession(route, Keys.ROUTE_ACR, !access.acrValues().isEmpty());
      refuseWithoutSession(route, Keys.ROUTE_MAX_AGE, access.maxAge().isPresent());
    }
  }

  private void refuseWithoutSession(RouteConfiguration route, Key key, boolean isSet) {
    if (isSet) {
      contradiction(route, key, Keys.ROUTE_SESSION, "optional");
    }
  }

  private void contradiction(RouteConfiguration route, Key key, Key other, String value) {
    problems.conflict(
        key.of(route.id()),
        "means nothing where "
            + other.of(route.id()).name()
            + " is "
            + value
            + "; remove one of the two");
  }

  private void checkCrossing(RouteConfiguration route) {
    if (!route.crossing().cookies().isEmpty() && !route.isWebApplication()) {
      problems.conflict(
          Keys.ROUTE_COOKIES.of(route.id()),
          "lets cookies cross at /bff, where calls carry an access token and no cookie; remove it,"
              + " or give the route a path outside of /bff");
    }
  }

  private void checkOverlap(RouteConfiguration route, RouteConfiguration earlier) {
    boolean isSameHost =
        route.host().isEmpty() || earlier.host().isEmpty() || route.host().equals(earlier.host());
    if (!isSameHost || !route.path().equalsIgnoreCase(earlier.path())) {
      return;
    }
    if (!route.path().equals(earlier.path())) {
      // upstream may ignore case, so neither gets what the other may have meant
      problems.conflict(
          Keys.ROUTE_PATH.of(route.id()),
          "is "
              + route.path()
              + ", which differs from "
              + earlier.path()
              + " of route "
              + earlier.id()
              + " in case alone, so that one of the two would never answer; write both alike, with"
              + " methods of their own, or another path");
      return;
    }
    Set<String> shared = new TreeSet<>(route.methods());
    shared.retainAll(earlier.methods());
    if (!shared.isEmpty()) {
      problems.conflict(
          Keys.ROUTE_METHODS.of(route.id()),
          "grants "
              + String.join(" ", shared)
              + " at "
              + route.path()
              + ", as route "
              + earlier.id()
              + " does; give each its own path, host or methods (GET brings HEAD)");
    }
  }
}
