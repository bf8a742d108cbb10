package it.flow;

import java.net.HttpCookie;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A browser's cookie jar: host-only cookies, prefixes and SameSite as RFC 6265bis has them. A
 * cookie that breaks a rule is not stored, as in a browser.
 */
final class Cookies {
  private record Key(String host, String name, String path) {}

  /** A stored cookie with the attributes that decide where it goes. */
  record Stored(String name, String value, String path, boolean secure, String sameSite) {}

  private final Map<Key, Stored> jar = new LinkedHashMap<>();

  synchronized void store(URI from, List<String> setCookies) {
    setCookies.forEach(line -> store(from, line));
  }

  private void store(URI from, String line) {
    Map<String, String> attributes = attributes(line);
    String[] pair = line.split(";", 2)[0].split("=", 2);
    String name = pair[0].strip();
    String path = attributes.getOrDefault("path", "/");
    boolean secure = attributes.containsKey("secure");
    if (!isAcceptable(from, name, path, attributes)) {
      return;
    }
    Key key = new Key(from.getHost(), name, path);
    jar.remove(key);
    if (!isOver(attributes)) {
      String sameSite = attributes.getOrDefault("samesite", "lax").toLowerCase(Locale.ROOT);
      jar.put(key, new Stored(name, pair[1].strip(), path, secure, sameSite));
    }
  }

  private static boolean isAcceptable(
      URI from, String name, String path, Map<String, String> attributes) {
    boolean secure = attributes.containsKey("secure");
    boolean host = name.startsWith("__Host-");
    boolean http = name.startsWith("__Http-") || name.startsWith("__Host-Http-");
    return (!secure || from.getScheme().equals("https"))
        && (!host || secure && path.equals("/") && !attributes.containsKey("domain"))
        && (!http || secure && attributes.containsKey("httponly"))
        && (secure || !"none".equalsIgnoreCase(attributes.get("samesite")));
  }

  private static boolean isOver(Map<String, String> attributes) {
    String maxAge = attributes.get("max-age");
    if (maxAge != null) {
      return Long.parseLong(maxAge) <= 0;
    }
    String expires = attributes.get("expires");
    return expires != null && HttpCookie.parse("x=y; expires=" + expires).get(0).hasExpired();
  }

  private static Map<String, String> attributes(String line) {
    Map<String, String> attributes = new LinkedHashMap<>();
    String[] parts = line.split(";");
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].strip().split("=", 2);
      attributes.put(pair[0].toLowerCase(Locale.ROOT), pair.length > 1 ? pair[1] : "");
    }
    return attributes;
  }

  /**
   * The Cookie header for a request.
   *
   * @param sameSite whether nothing foreign had a hand in the request
   * @param lax whether it is a navigation with a safe method, which Lax cookies go along with
   */
  synchronized Optional<String> header(URI to, boolean sameSite, boolean lax) {
    List<String> pairs = new ArrayList<>();
    jar.forEach(
        (key, cookie) -> {
          boolean goesThere =
              key.host().equals(to.getHost())
                  && to.getPath().startsWith(cookie.path())
                  && (!cookie.secure() || to.getScheme().equals("https"));
          boolean mayGo =
              sameSite
                  || cookie.sameSite().equals("none")
                  || lax && cookie.sameSite().equals("lax");
          if (goesThere && mayGo) {
            pairs.add(cookie.name() + "=" + cookie.value());
          }
        });
    return pairs.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", pairs));
  }

  synchronized Optional<String> value(String host, String name) {
    return jar.entrySet().stream()
        .filter(entry -> entry.getKey().host().equals(host))
        .filter(entry -> entry.getKey().name().equals(name))
        .map(entry -> entry.getValue().value())
        .findFirst();
  }

  synchronized void put(String host, String name, String value) {
    jar.put(new Key(host, name, "/"), new Stored(name, value, "/", true, "strict"));
  }

  synchronized void remove(String host, String name) {
    jar.keySet().removeIf(key -> key.host().equals(host) && key.name().equals(name));
  }

  /** Names and values, for looking whether one of them shows up where it must not. */
  synchronized Map<String, String> of(String host) {
    return jar.entrySet().stream()
        .filter(entry -> entry.getKey().host().equals(host))
        .collect(
            Collectors.toMap(entry -> entry.getKey().name(), entry -> entry.getValue().value()));
  }
}
