package io.gatehouse.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads what the gateway grants. */
final class RoutesReader {
  private static final String OWN_API = "api";
  private static final Key HTTP_PORT =
      new Key("http.port", Key.Form.NUMBER, Optional.of("9080"), "The server's own http port.");

  private final Values values;

  RoutesReader(Values values) {
    this.values = values;
  }

  /** The ids of the routes, as far as they can be read. */
  List<String> ids() {
    return values.list(Keys.ROUTES, Parse::id).orElse(List.of());
  }

  Supplier<List<RouteConfiguration>> read(List<String> ids) {
    List<Supplier<RouteConfiguration>> routes = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (seen.add(id)) {
        routes.add(route(id, paths));
      } else {
        values.problems().conflict(Keys.ROUTES, "names " + id + " twice; keep one");
      }
    }
    return () -> routes.stream().map(Supplier::get).toList();
  }

  private Supplier<RouteConfiguration> route(String id, Set<String> paths) {
    Key pathKey = own(id, Keys.ROUTE_PATH, "/bff");
    Optional<String> path =
        values.require(pathKey, "write for example /bff/orders", RoutesReader::bffPath);
    if (path.isPresent() && !paths.add(path.get())) {
      values.problems().conflict(pathKey, "is the path of another route too; give each its own");
    }
    Optional<URI> target =
        values.require(
            own(id, Keys.ROUTE_TARGET, "http://127.0.0.1:" + port() + "/api"),
            "write the base address of the protected resource: https://api.example.com/orders",
            Addresses::target);
    Optional<Set<String>> methods =
        values.list(Keys.ROUTE_METHODS.of(id), Parse::method).map(LinkedHashSet::new);
    Optional<String> host = values.read(Keys.ROUTE_HOST.of(id), Parse::host);
    Supplier<RouteConfiguration.Access> access = access(id);
    Supplier<RouteConfiguration.Limits> limits = limits(id);
    Supplier<RouteConfiguration.Crossing> crossing = crossing(id);
    return () ->
        new RouteConfiguration(
            id,
            host,
            path.orElseThrow(),
            methods.orElseThrow(),
            target.orElseThrow(),
            access.get(),
            limits.get(),
            crossing.get());
  }

  private Supplier<RouteConfiguration.Access> access(String id) {
    Optional<Boolean> sessionRequired =
        values.read(Keys.ROUTE_SESSION.of(id), Parse.either("required", "optional"));
    Optional<Boolean> user = values.read(Keys.ROUTE_TOKEN.of(id), Parse.either("user", "none"));
    Optional<URI> audience = values.read(Keys.ROUTE_AUDIENCE.of(id), Parse::audience);
    Optional<List<String>> scopes = values.list(Keys.ROUTE_SCOPES.of(id), Parse::scope);
    Optional<List<String>> acr = values.list(Keys.ROUTE_ACR.of(id), Parse::printable);
    Optional<Duration> maxAge = values.read(Keys.ROUTE_MAX_AGE.of(id), Parse::positiveDuration);
    return () ->
        new RouteConfiguration.Access(
            sessionRequired.orElseThrow(),
            user.orElseThrow()
                ? RouteConfiguration.TokenKind.USER
                : RouteConfiguration.TokenKind.NONE,
            audience,
            new LinkedHashSet<>(scopes.orElseThrow()),
            acr.orElseThrow(),
            maxAge);
  }

  private Supplier<RouteConfiguration.Limits> limits(String id) {
    Optional<Duration> timeout = values.read(Keys.ROUTE_TIMEOUT.of(id), Parse::positiveDuration);
    Optional<Duration> idle = values.read(Keys.ROUTE_IDLE_TIMEOUT.of(id), Parse::positiveDuration);
    Optional<Long> maxBody = values.read(Keys.ROUTE_MAX_BODY.of(id), Parse::size);
    Optional<Integer> all = values.read(Keys.ROUTE_CONCURRENT.of(id), Parse::count);
    Optional<Integer> each = values.read(Keys.ROUTE_CONCURRENT_PER_SESSION.of(id), Parse::count);
    return () ->
        new RouteConfiguration.Limits(
            timeout.orElseThrow(),
            idle.orElseThrow(),
            maxBody.orElseThrow(),
            all.orElseThrow(),
            each.orElseThrow());
  }

  private Supplier<RouteConfiguration.Crossing> crossing(String id) {
    Optional<List<String>> up = values.list(Keys.ROUTE_REQUEST_HEADERS.of(id), Parse::fieldName);
    Optional<List<String>> down = values.list(Keys.ROUTE_RESPONSE_HEADERS.of(id), Parse::fieldName);
    Optional<List<String>> cookies = values.list(Keys.ROUTE_COOKIES.of(id), Parse::cookieName);
    Optional<Boolean> notStored =
        values.read(Keys.ROUTE_CACHE.of(id), Parse.either("none", "upstream"));
    Optional<Boolean> webSocket = values.read(Keys.ROUTE_WEBSOCKET.of(id), Parse::flag);
    return () ->
        new RouteConfiguration.Crossing(
            new LinkedHashSet<>(up.orElseThrow()),
            new LinkedHashSet<>(down.orElseThrow()),
            new LinkedHashSet<>(cookies.orElseThrow()),
            !notStored.orElseThrow(),
            webSocket.orElseThrow());
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

  private static String bffPath(String text) throws Unusable {
    String path = Parse.path(text);
    if (!path.equals("/bff") && !path.startsWith("/bff/")) {
      throw new Unusable("routes live at /bff or below it: /bff/orders");
    }
    return path;
  }
}
