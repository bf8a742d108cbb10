package io.gatehouse.web;

import io.gatehouse.config.OwnPaths;
import io.gatehouse.config.RouteConfiguration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What is granted, and to where (RFC 10017 §6.1): everything else does not exist. Everybody who
 * treats calls of the gateway in a way of its own asks here, so that all decide alike.
 */
public final class RouteTable {
  private static final Match NOTHING = new Match.Nothing();

  private final List<Level> longestFirst;
  private final Predicate<String> isOwnFile;

  /** What the table says of a request. */
  public sealed interface Match {
    record Granted(Route route) implements Match {}

    /**
     * @param methods that are granted there, in the order of the alphabet
     */
    record MethodRefused(Set<String> methods) implements Match {}

    record Nothing() implements Match {}
  }

  /**
   * The routes of one path, those of one host before those of any.
   *
   * @param within the levels of longer paths that are covered by this one, if case is ignored
   */
  private record Level(List<Route> routes, List<Level> within) {
    boolean covers(String path) {
      return routes.get(0).covers(path);
    }

    /** Whether upstream could read the path as one that has a narrower route at this host. */
    boolean isNarrowedInAnotherCase(String host, String path) {
      for (Level narrow : within) {
        if (narrow.routes().get(0).coversInAnyCase(path) && narrow.isAt(host)) {
          return true;
        }
      }
      return false;
    }

    private boolean isAt(String host) {
      return routes.stream().anyMatch(route -> route.isAt(host));
    }

    boolean isWebApplication() {
      return routes.get(0).configuration().isWebApplication();
    }
  }

  /**
   * @param isOwnFile whether a path is that of a file of our own, which no route hides
   */
  public RouteTable(List<RouteConfiguration> routes, Predicate<String> isOwnFile) {
    this.isOwnFile = isOwnFile;
    Map<String, List<Route>> levels = new TreeMap<>();
    routes.stream()
        .sorted(Comparator.comparing(route -> route.host().isEmpty()))
        .forEach(
            route ->
                levels
                    .computeIfAbsent(route.path(), path -> new ArrayList<>())
                    .add(new Route(route)));
    List<Level> ordered = new ArrayList<>();
    levels.entrySet().stream()
        .sorted(Comparator.comparingInt(level -> -level.getKey().length()))
        .forEach(level -> ordered.add(level(level.getValue(), ordered)));
    this.longestFirst = List.copyOf(ordered);
  }

  private static Level level(List<Route> routes, List<Level> longer) {
    Route wide = routes.get(0);
    return new Level(
        List.copyOf(routes),
        longer.stream()
            .filter(level -> wide.coversInAnyCase(level.routes().get(0).configuration().path()))
            .toList());
  }

  /**
   * Decides by the longest path that has a route at this host: a method that it refuses is not
   * looked for in a shorter one, so a narrow route can take away what a wide one grants. Nor does
   * the wide one grant the narrow one's path in another case: upstream may ignore case.
   *
   * @param host that the request is for, without port
   * @param path as {@link RequestPath} reads it
   */
  public Match match(String host, String path, String method) {
    if (OwnPaths.cover(path)) {
      return NOTHING;
    }
    boolean isCall = RouteConfiguration.isCall(path);
    for (Level level : longestFirst) {
      // what is below /bff is for calls alone: a web application at / does not get the rest of it
      if (level.covers(path) && !(isCall && level.isWebApplication())) {
        Match match = match(level, host, method);
        if (match != NOTHING) {
          if (level.isNarrowedInAnotherCase(host, path)) {
            return NOTHING;
          }
          return level.isWebApplication() && isOwnFile.test(path) ? NOTHING : match;
        }
      }
    }
    return NOTHING;
  }

  private static Match match(Level level, String host, String method) {
    boolean isHere = false;
    for (Route route : level.routes()) {
      if (route.isAt(host)) {
        if (route.grants(method)) {
          return new Match.Granted(route);
        }
        isHere = true;
      }
    }
    return isHere ? refused(level, host) : NOTHING;
  }

  private static Match refused(Level level, String host) {
    Set<String> methods = new TreeSet<>();
    for (Route route : level.routes()) {
      if (route.isAt(host)) {
        methods.addAll(route.configuration().methods());
      }
    }
    return new Match.MethodRefused(methods);
  }
}
