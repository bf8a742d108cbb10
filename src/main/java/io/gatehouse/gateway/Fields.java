package io.gatehouse.gateway;

import java.util.Locale;
import java.util.Set;

/**
 * The header fields that cross the gateway, by name; all others stay where they are (rules 21, 22).
 *
 * <p>Not in the lists, on purpose: Cookie, Authorization, Forwarded and X-Forwarded-*, whatever
 * names a user, fields of one connection, and Accept-Encoding, since answers are counted as they
 * come. And from upstream: Set-Cookie, WWW-Authenticate, CORS, CSP, HSTS, Clear-Site-Data, Refresh,
 * SourceMap, caching.
 */
final class Fields {
  private static final Set<String> REQUEST =
      Set.of(
          "accept",
          "accept-language",
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
          "x-request-id");

  private Fields() {}

  /** Content-Type travels with the body. */
  static boolean goesUp(String name) {
    return REQUEST.contains(name.toLowerCase(Locale.ROOT));
  }

  static boolean comesDown(String name) {
    return RESPONSE.contains(name.toLowerCase(Locale.ROOT));
  }
}
