package io.gatehouse.web;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.oauth.ErrorId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which requests could be another site's doing (rule 17). A custom header proves that a script of
 * this origin sent the request, since nobody else gets past the browser's CORS preflight.
 */
public final class RequestForgery {
  /** The header; any value will do. */
  public static final String HEADER = "X-CSRF";

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  private static final Set<String> FROM_THE_PROVIDER =
      Set.of("/auth/callback", "/auth/backchannel-logout");
  private static final String LOGOUT = "/auth/logout";

  private final String ownOrigin;
  private final RouteTable routes;

  public RequestForgery(GatehouseConfiguration configuration, RouteTable routes) {
    this.ownOrigin = Origin.of(configuration.baseUrl());
    this.routes = routes;
  }

  /**
   * @throws RequestRefused unless the request is shown to be our own pages' doing
   */
  public void check(HttpServletRequest request, RequestPath path) {
    if (RouteConfiguration.isCall(path.value())) {
      checkHandshake(request);
      checkOwn(request, path, true);
    } else if (isForWebApplication(request, path)) {
      checkHandshake(request);
      checkWebApplication(request);
    } else {
      checkOwn(request, path, false);
    }
  }

  /** No preflight goes before a WebSocket: whose page wants it is in this field alone. */
  private void checkHandshake(HttpServletRequest request) {
    if (isWebSocketHandshake(request) && !fields(request, "Origin").equals(List.of(ownOrigin))) {
      throw refused("A WebSocket opens for pages of this site alone.");
    }
  }

  private boolean isForWebApplication(HttpServletRequest request, RequestPath path) {
    return routes.match(request.getServerName(), path.value(), request.getMethod())
        instanceof RouteTable.Match.Granted;
  }

  /**
   * The forms of a web application cannot set a header, so here the origin alone decides. Whatever
   * reads passes: navigations from anywhere, and assets.
   */
  private void checkWebApplication(HttpServletRequest request) {
    if (!SAFE.contains(request.getMethod())) {
      if (Navigation.isFromAnotherSite(request)
          || isForeign(request, isSaidToBeOfSameOrigin(request))) {
        throw refused("It was sent by another site.");
      }
      if (fields(request, "Origin").isEmpty() && !isSaidToBeOfSameOrigin(request)) {
        throw refused("Requests that change something must say that they come from this site.");
      }
    }
  }

  private void checkOwn(HttpServletRequest request, RequestPath path, boolean isGateway) {
    boolean isSafe = SAFE.contains(request.getMethod());
    if ((isSafe && !isGateway)
        || FROM_THE_PROVIDER.contains(path.value())
        || path.isWithin("/api")) {
      return;
    }
    boolean isLogoutForm = isLogoutForm(request, path);
    boolean mayBeNull =
        isLogoutForm
            && (isSaidToBeOfSameOrigin(request) || fields(request, "Sec-Fetch-Site").isEmpty());
    if (Navigation.isFromAnotherSite(request) || isForeign(request, mayBeNull)) {
      throw refused("It was sent by another site.");
    }
    boolean needsProof = isGateway || path.isWithin("/auth");
    if (needsProof && !hasProof(request, isGateway) && !isLogoutForm) {
      throw refused(missingProof(request, isGateway));
    }
  }

  private static String missingProof(HttpServletRequest request, boolean isGateway) {
    if (isGateway && Navigation.isNavigation(request)) {
      return "This address is for the scripts of our pages, not for the address bar of a browser:"
          + " open the page that uses it.";
    }
    return (isGateway ? "Calls below /bff" : "Requests that change something")
        + " need the header "
        + HEADER
        + ".";
  }

  private boolean hasProof(HttpServletRequest request, boolean isGateway) {
    String header = request.getHeader(HEADER);
    return (header != null && !header.isBlank()) || (isGateway && cannotSetHeaders(request));
  }

  /** EventSource, images and WebSocket handshakes, by the proof that they are of this origin. */
  private boolean cannotSetHeaders(HttpServletRequest request) {
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return false;
    }
    return isWebSocketHandshake(request) || isSaidToBeOfSameOrigin(request);
  }

  /** RFC 6455 §4.2.1, by whatever else the field names beside. */
  public static boolean isWebSocketHandshake(HttpServletRequest request) {
    // asked of every call, most of which have none
    return request.getHeader("Upgrade") != null
        && fields(request, "Upgrade").stream()
            .anyMatch(protocols -> protocols.toLowerCase(Locale.ROOT).contains("websocket"));
  }

  private static boolean isSaidToBeOfSameOrigin(HttpServletRequest request) {
    return fields(request, "Sec-Fetch-Site").equals(List.of("same-origin"));
  }

  /** The confirmation page's form, whose hidden token the sign-out itself checks. */
  private static boolean isLogoutForm(HttpServletRequest request, RequestPath path) {
    return path.value().equals(LOGOUT)
        && request.getMethod().equals("POST")
        && request.getHeader(HEADER) == null;
  }

  /**
   * @param mayBeNull whether this can be a form on a page without referrer, which says null;
   *     scripts name their origin there too (Fetch §3.2)
   */
  private boolean isForeign(HttpServletRequest request, boolean mayBeNull) {
    List<String> origins = fields(request, "Origin");
    return origins.equals(List.of("null"))
        ? !mayBeNull
        : !origins.isEmpty() && !origins.equals(List.of(ownOrigin));
  }

  private static List<String> fields(HttpServletRequest request, String name) {
    return Collections.list(request.getHeaders(name));
  }

  private static RequestRefused refused(String detail) {
    return new RequestRefused(ErrorId.CROSS_SITE_REQUEST, detail);
  }
}
