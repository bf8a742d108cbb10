package io.gatehouse.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** URLs of a configuration: https, except where nothing leaves this machine. */
final class Addresses {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");
  private static final Set<Integer> DEFAULT_PORTS = Set.of(80, 443);

  private Addresses() {}

  static boolean isLoopback(URI address) {
    String host = address.getHost();
    return host != null && isLoopback(host);
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  static boolean isHttps(URI address) {
    return "https".equalsIgnoreCase(address.getScheme());
  }

  /** Scheme, host and port as a browser writes its origin; http is for the caller to judge. */
  static URI site(String text) throws Unusable {
    URI address = absolute(text);
    if (address.getRawPath() != null && !address.getRawPath().matches("/?")) {
      throw new Unusable("a base URL has no path: https://app.example.com");
    }
    if (address.getRawQuery() != null) {
      throw new Unusable("a base URL has no query: https://app.example.com");
    }
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    String host = address.getHost().toLowerCase(Locale.ROOT);
    int port = address.getPort();
    boolean isDefault = DEFAULT_PORTS.contains(port) && (port == 443) == scheme.equals("https");
    return URI.create(scheme + "://" + host + (port < 0 || isDefault ? "" : ":" + port));
  }

  /** To the letter, as the metadata must repeat it (RFC 8414 §2: no query, no fragment). */
  static URI issuer(String text) throws Unusable {
    return target(text);
  }

  /** An address below which others lie. */
  static URI target(String text) throws Unusable {
    URI address = document(text);
    if (address.getRawQuery() != null) {
      throw new Unusable("this address has no query: https://login.example.com/tenant");
    }
    return address;
  }

  static URI document(String text) throws Unusable {
    URI address = absolute(text);
    if (!isHttps(address) && !isLoopback(address)) {
      throw new Unusable("http is for loopback hosts only: write https://");
    }
    return address;
  }

  private static URI absolute(String text) throws Unusable {
    try {
      URI address = new URI(text.strip());
      String scheme = address.getScheme();
      if (scheme == null
          || !scheme.toLowerCase(Locale.ROOT).matches("https?")
          || address.getHost() == null) {
        throw new Unusable(
            "it must be an absolute address that begins with https:// (or http://, on loopback)");
      }
      if (address.getRawUserInfo() != null || address.getRawFragment() != null) {
        throw new Unusable("user, password and # have no place in this address");
      }
      return address;
    } catch (URISyntaxException e) {
      throw new Unusable(
          "it must be an absolute address that begins with https:// (or http://, on loopback)");
    }
  }
}
