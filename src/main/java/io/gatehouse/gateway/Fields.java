package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jetty.util.Index;

/**
 * The header fields that cross the gateway on one route, by name; all others stay where they are
 * (rules 21, 22).
 *
 * <p>Not in the lists, on purpose: Cookie, Authorization, Forwarded and X-Forwarded-*, whatever
 * names a user, and fields of one connection. And from upstream: Set-Cookie, WWW-Authenticate,
 * CORS, HSTS, Clear-Site-Data, Refresh, SourceMap. {@link ResponseFields} has a word to say on
 * Location, cookies, caching and the policy of a web application's pages.
 */
final class Fields {
  private static final Set<String> REQUEST =
      Set.of(
          "accept",
          "accept-encoding",
          "accept-language",
          "content-encoding",
          "content-language",
          "content-type",
          "idempotency-key",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "last-event-id",
          "prefer",
          "range",
          "traceparent",
          "tracestate",
          "x-request-id");

  private static final Set<String> RESPONSE =
      Set.of(
          "accept-ranges",
          "allow",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-range",
          "content-type",
          "etag",
          "last-modified",
          "link",
          "preference-applied",
          "retry-after",
          "vary",
          "x-request-id");

  /** Of a page: whose it is and how it was asked for, which sites that are no APIs look at. */
  private static final Set<String> REQUEST_OF_PAGE =
      Set.of("user-agent", "upgrade-insecure-requests", "x-requested-with");

  private static final Set<String> CACHING = Set.of("age", "cache-control", "expires");

  private final Index<String> up;
  private final Index<String> down;

  Fields(RouteConfiguration route) {
    Set<String> request = new HashSet<>(REQUEST);
    request.addAll(route.crossing().requestFields());
    if (route.isWebApplication()) {
      request.addAll(REQUEST_OF_PAGE);
    }
    Set<String> response = new HashSet<>(RESPONSE);
    response.addAll(route.crossing().responseFields());
    if (route.crossing().caching()) {
      response.addAll(CACHING);
    }
    up = byName(request);
    down = byName(response);
  }

  boolean goesUp(String name) {
    return up.get(name) != null;
  }

  boolean comesDown(String name) {
    return down.get(name) != null;
  }

  private static Index<String> byName(Set<String> names) {
    return new Index.Builder<String>()
        .caseSensitive(false)
        .withAll(names.toArray(String[]::new), name -> name)
        .build();
  }
}
