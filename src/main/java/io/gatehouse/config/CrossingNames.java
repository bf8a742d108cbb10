package io.gatehouse.config;

import java.util.List;
import java.util.Set;

/**
 * Names of header fields and cookies that no configuration lets across the gateway (rules 21, 22):
 * those that speak of one connection, of who calls, or of what a browser may do at this site.
 */
final class CrossingNames {
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "http2-settings",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> NEVER_UP =
      Set.of(
          "authorization",
          "client-cert",
          "client-cert-chain",
          "client-ip",
          "cookie",
          "cookie2",
          "forwarded",
          "host",
          "remote-user",
          "true-client-ip",
          "via",
          "x-client-ip",
          "x-csrf",
          "x-host",
          "x-http-host-override",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-host",
          "x-original-uri",
          "x-original-url",
          "x-real-ip",
          "x-remote-user",
          "x-rewrite-url");

  private static final List<String> NEVER_UP_BEGINNINGS =
      List.of("proxy-", "sec-", "ssl-", "x-auth-request-", "x-forwarded-", "x-ssl-");

  private static final Set<String> NEVER_DOWN =
      Set.of(
          "age",
          "alt-svc",
          "authentication-info",
          "cache-control",
          "clear-site-data",
          "expires",
          "feature-policy",
          "location",
          "nel",
          "origin-agent-cluster",
          "permissions-policy",
          "pragma",
          "referrer-policy",
          "refresh",
          "report-to",
          "reporting-endpoints",
          "server",
          "service-worker-allowed",
          "set-cookie",
          "set-cookie2",
          "strict-transport-security",
          "www-authenticate",
          "x-content-type-options",
          "x-frame-options",
          "x-powered-by",
          "x-sendfile");

  // the last is an order to a web server in front of us
  private static final List<String> NEVER_DOWN_BEGINNINGS =
      List.of(
          "access-control-",
          "content-security-policy",
          "cross-origin-",
          "proxy-",
          "public-key-pins",
          "x-accel-");

  private static final Set<String> OWN_COOKIES =
      Set.of("gatehouse", "gatehouse-login", "LtpaToken", "LtpaToken2");

  private CrossingNames() {}

  static String up(String text) throws Unusable {
    return allowed(text, NEVER_UP, NEVER_UP_BEGINNINGS, "goes up");
  }

  static String down(String text) throws Unusable {
    return allowed(text, NEVER_DOWN, NEVER_DOWN_BEGINNINGS, "comes down");
  }

  /** Not ours, and none of the server's own single sign-on. */
  static String cookie(String text) throws Unusable {
    String name = Parse.cookieName(text);
    if (OWN_COOKIES.contains(name) || name.startsWith("WAS")) {
      throw new Unusable("a cookie of that name belongs to this server; remove it");
    }
    return name;
  }

  private static String allowed(
      String text, Set<String> names, List<String> beginnings, String direction) throws Unusable {
    String name = Parse.fieldName(text);
    if (OF_ONE_CONNECTION.contains(name)
        || names.contains(name)
        || beginnings.stream().anyMatch(name::startsWith)) {
      throw new Unusable(
          "a field of that name never " + direction + " as it came, or is made here; remove it");
    }
    return name;
  }
}
