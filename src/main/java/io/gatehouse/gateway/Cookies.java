package io.gatehouse.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The cookies of a web application behind a route, by name, and below the route's own path only
 * (RFC 6265). No other cookie crosses, in neither direction.
 */
final class Cookies {
  private static final Pattern TEXT = Pattern.compile("[\\x20-\\x7E]*");

  private final Set<String> names;
  private final String path;
  private final Addresses addresses;
  private final boolean isSecure;

  /**
   * @param path the route's
   * @param isSecure whether browsers reach us by https
   */
  Cookies(Set<String> names, String path, Addresses addresses, boolean isSecure) {
    this.names = names;
    this.path = path;
    this.addresses = addresses;
    this.isSecure = isSecure;
  }

  /** What of the browser's cookies goes up. */
  Optional<String> up(HttpServletRequest request) {
    if (names.isEmpty()) {
      return Optional.empty();
    }
    List<String> crossing = new ArrayList<>();
    for (String field : Collections.list(request.getHeaders("Cookie"))) {
      for (String pair : field.split(";", -1)) {
        if (names.contains(name(pair)) && TEXT.matcher(pair).matches()) {
          crossing.add(pair.strip());
        }
      }
    }
    return crossing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", crossing));
  }

  /** A cookie of the web application as the browser keeps it: for this host, below this path. */
  Optional<String> down(String setCookie) {
    String[] parts = setCookie.split(";", -1);
    if (!names.contains(name(parts[0])) || !TEXT.matcher(setCookie).matches()) {
      return Optional.empty();
    }
    StringBuilder cookie = new StringBuilder(parts[0].strip());
    String below = path;
    for (int i = 1; i < parts.length; i++) {
      String attribute = parts[i].strip();
      switch (name(attribute).toLowerCase(Locale.ROOT)) {
        case "path" -> below = addresses.seen(value(attribute)).orElse(path);
        case "expires", "max-age", "httponly", "samesite" -> cookie.append("; ").append(attribute);
        default -> {
          // Domain would let siblings have it, Secure is ours to say
        }
      }
    }
    cookie.append("; Path=").append(below);
    return Optional.of(cookie.append(isSecure ? "; Secure" : "").toString());
  }

  private static String name(String pair) {
    int end = pair.indexOf('=');
    return (end < 0 ? pair : pair.substring(0, end)).strip();
  }

  private static String value(String pair) {
    return pair.substring(pair.indexOf('=') + 1).strip();
  }
}
