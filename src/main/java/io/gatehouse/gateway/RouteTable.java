package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What is granted, and to where (RFC 10017 §6.1): everything else does not exist. */
public final class RouteTable {
  private final List<Route> longestFirst;

  public RouteTable(List<RouteConfiguration> routes) {
    longestFirst =
        routes.stream()
            .sorted(Comparator.comparingInt((RouteConfiguration r) -> r.path().length()).reversed())
            .map(Route::new)
            .toList();
  }

  /** What the table says of a path and method. */
  sealed interface Match {
    record Granted(Route route) implements Match {}

    record MethodRefused(Set<String> methods) implements Match {}

    record Nothing() implements Match {}
  }

  /**
   * Decides by the longest route path alone: a method that it refuses is not looked for in a
   * shorter one, so a narrow route can take away what a wide one grants.
   */
  Match match(String path, String method) {
    for (Route route : longestFirst) {
      if (route.covers(path)) {
        Set<String> methods = route.configuration().methods();
        // compared exactly: methods are case-sensitive (RFC 9110 §9.1)
        return methods.contains(method)
            ? new Match.Granted(route)
            : new Match.MethodRefused(methods);
      }
    }
    return new Match.Nothing();
  }
}
