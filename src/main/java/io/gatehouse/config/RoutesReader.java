package io.gatehouse.config;

import io.gatehouse.config.RouteConfiguration.Access;
import io.gatehouse.config.RouteConfiguration.Crossing;
import io.gatehouse.config.RouteConfiguration.Limits;
import io.gatehouse.config.RouteConfiguration.TokenKind;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what the gateway grants. */
final class RoutesReader {
  private static final String OWN_API = "api";
  private static final Key HTTP_PORT =
      new Key("http.port", Key.Form.NUMBER, Optional.of("9080"), "The server's own http port.");

  private final Values values;
  private final boolean isEmbedded;
  private final Predicate<String> isOwnFile;

  /**
   * @param isEmbedded whether the development provider is another application of this server
   * @param isOwnFile whether a path is that of a file of our own, which no route hides
   */
  RoutesReader(Values values, boolean isEmbedded, Predicate<String> isOwnFile) {
    this.values = values;
    this.isEmbedded = isEmbedded;
    this.isOwnFile = isOwnFile;
  }

  /** The ids of the routes, as far as they can be read. */
  List<String> ids() {
    return values.list(Keys.ROUTES, Parse::id).orElse(List.of());
  }

  /** Each route, empty where something of it cannot be read. */
  List<Optional<RouteConfiguration>> read(List<String> ids) {
    List<Optional<RouteConfiguration>> routes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (seen.add(id)) {
        routes.add(route(id));
      } else {
        values.problems().conflict(Keys.ROUTES, "names " + id + " twice; keep one");
      }
    }
    return routes;
  }

  private Optional<RouteConfiguration> route(String id) {
    Optional<String> path =
        values.require(
            own(id, Keys.ROUTE_PATH, "/bff"),
            "write for example /bff/orders, or / for a whole web application",
            this::path);
    Optional<URI> target =
        values.require(
            own(id, Keys.ROUTE_TARGET, "http://127.0.0.1:" + port() + "/api"),
            "write the base address of the protected resource: https://api.example.com/orders",
            Addresses::target);
    Optional<List<String>> methods = values.list(Keys.ROUTE_METHODS.of(id), Parse::method);
    Optional<Optional<String>> host = values.optional(Keys.ROUTE_HOST.of(id), Parse::host);
    Optional<Access> access = access(id);
    Optional<Limits> limits = limits(id);
    Optional<Crossing> crossing = crossing(id);
    return areAll(path, target, methods, host, access, limits, crossing)
        ? Optional.of(
            new RouteConfiguration(
                id,
                host.orElseThrow(),
                path.orElseThrow(),
                new HashSet<>(methods.orElseThrow()),
                target.orElseThrow(),
                access.orElseThrow(),
                limits.orElseThrow(),
                crossing.orElseThrow()))
        : Optional.empty();
  }

  private Optional<Access> access(String id) {
    Optional<Boolean> sessionRequired =
        values.read(Keys.ROUTE_SESSION.of(id), Parse.either("required", "optional"));
    Optional<Boolean> user = values.read(Keys.ROUTE_TOKEN.of(id), Parse.either("user", "none"));
    Optional<Optional<URI>> audience = values.optional(Keys.ROUTE_AUDIENCE.of(id), Parse::audience);
    Optional<List<String>> scopes = values.list(Keys.ROUTE_SCOPES.of(id), Parse::scope);
    Optional<List<String>> acr = values.list(Keys.ROUTE_ACR.of(id), Parse::printable);
    Optional<Optional<Duration>> maxAge =
        values.optional(Keys.ROUTE_MAX_AGE.of(id), Parse::positiveDuration);
    return areAll(sessionRequired, user, audience, scopes, acr, maxAge)
        ? Optional.of(
            new Access(
                sessionRequired.orElseThrow(),
                user.orElseThrow() ? TokenKind.USER : TokenKind.NONE,
                audience.orElseThrow(),
                new HashSet<>(scopes.orElseThrow()),
                acr.orElseThrow(),
                maxAge.orElseThrow()))
        : Optional.empty();
  }

  private Optional<Limits> limits(String id) {
    Optional<Duration> timeout = values.read(Keys.ROUTE_TIMEOUT.of(id), Parse::positiveDuration);
    Optional<Duration> idle = values.read(Keys.ROUTE_IDLE_TIMEOUT.of(id), Parse::positiveDuration);
    Optional<Long> maxBody = values.read(Keys.ROUTE_MAX_BODY.of(id), Parse::size);
    Optional<Integer> all = values.read(Keys.ROUTE_CONCURRENT.of(id), Parse::count);
    Optional<Integer> each = values.read(Keys.ROUTE_CONCURRENT_PER_SESSION.of(id), Parse::count);
    return areAll(timeout, idle, maxBody, all, each)
        ? Optional.of(
            new Limits(
                timeout.orElseThrow(),
                idle.orElseThrow(),
                maxBody.orElseThrow(),
                all.orElseThrow(),
                each.orElseThrow()))
        : Optional.empty();
  }

  private Optional<Crossing> crossing(String id) {
    Optional<List<String>> up = values.list(Keys.ROUTE_REQUEST_HEADERS.of(id), CrossingNames::up);
    Optional<List<String>> down =
        values.list(Keys.ROUTE_RESPONSE_HEADERS.of(id), CrossingNames::down);
    Optional<List<String>> cookies = values.list(Keys.ROUTE_COOKIES.of(id), CrossingNames::cookie);
    Optional<Boolean> notStored =
        values.read(Keys.ROUTE_CACHE.of(id), Parse.either("none", "upstream"));
    Optional<Boolean> webSocket = values.read(Keys.ROUTE_WEBSOCKET.of(id), Parse::flag);
    return areAll(up, down, cookies, notStored, webSocket)
        ? Optional.of(
            new Crossing(
                new HashSet<>(up.orElseThrow()),
                new HashSet<>(down.orElseThrow()),
                new HashSet<>(cookies.orElseThrow()),
                !notStored.orElseThrow(),
                webSocket.orElseThrow()))
        : Optional.empty();
  }

  private static boolean areAll(Optional<?>... parts) {
    return Arrays.stream(parts).allMatch(Optional::isPresent);
  }

  private static Key own(String id, Key key, String fallback) {
    return id.equals(OWN_API) ? key.of(id).withFallback(fallback) : key.of(id);
  }

  /** The server's own port is not ours to judge: whatever it is, it is a number. */
  private String port() {
    return values
        .raw(HTTP_PORT)
        .or(HTTP_PORT::fallback)
        .filter(text -> text.matches("[0-9]+"))
        .orElse("9080");
  }

  private String path(String text) throws Unusable {
    String path = text.equals("/") ? text : Parse.path(text);
    if (OwnPaths.cover(path)) {
      throw new Unusable(
          "this application answers there itself; write another, such as /bff/orders");
    }
    if (isEmbedded && OwnPaths.coverBesideEmbeddedProvider(path)) {
      throw new Unusable("the embedded provider answers there; write another, such as /bff/orders");
    }
    if (isWithinOwnFile(path)) {
      throw new Unusable("a file of this application lies there; write another, such as /site");
    }
    return path;
  }

  private boolean isWithinOwnFile(String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (isOwnFile.test(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }
}
