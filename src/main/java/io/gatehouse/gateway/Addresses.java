package io.gatehouse.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** From addresses that a protected resource names to where a browser finds them. */
final class Addresses {
  private final URI site;
  private final String prefix;
  private final URI target;
  private final String targetPath;

  /**
   * @param site scheme, host and port of our own
   * @param path the route's, below which the target appears
   */
  Addresses(URI site, String path, URI target) {
    this.site = site;
    this.prefix = trimmed(path);
    this.target = target;
    this.targetPath = trimmed(target.getRawPath());
  }

  /**
   * Where a redirect leads as the browser sees it; other sites stay as they are.
   *
   * @param asked the address that was answered, which relative references are meant from
   * @return empty where the target shows nothing, and for what is no web address
   */
  Optional<String> seen(URI asked, String reference) {
    try {
      URI address = asked.resolve(new URI(reference));
      if (isSameOrigin(address, target)) {
        return seen(address.getRawPath()).map(path -> path + rest(address));
      }
      if (isSameOrigin(address, site)) {
        String path = address.getRawPath();
        return ofThisSite(path.isEmpty() ? "/" : path).map(own -> own + rest(address));
      }
      return isWeb(address) ? Optional.of(address.toASCIIString()) : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The same for a path of the target alone. */
  Optional<String> seen(String path) {
    String whole = path.isEmpty() ? "/" : path;
    if (whole.contains("/../") || whole.endsWith("/..")) {
      return Optional.empty();
    }
    if (whole.equals(targetPath)) {
      return Optional.of(prefix.isEmpty() ? "/" : prefix);
    }
    return whole.startsWith(targetPath + "/")
        ? ofThisSite(prefix + whole.substring(targetPath.length()))
        : Optional.empty();
  }

  /** To a browser {@code //host} is another site. */
  private static Optional<String> ofThisSite(String path) {
    return path.startsWith("//") ? Optional.empty() : Optional.of(path);
  }

  private static String rest(URI address) {
    return (address.getRawQuery() == null ? "" : "?" + address.getRawQuery())
        + (address.getRawFragment() == null ? "" : "#" + address.getRawFragment());
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return one.getHost() != null
        && one.getHost().equalsIgnoreCase(other.getHost())
        && scheme(one).equals(scheme(other))
        && port(one) == port(other);
  }

  private static boolean isWeb(URI address) {
    return address.getHost() != null
        && address.getRawUserInfo() == null
        && (scheme(address).equals("https") || scheme(address).equals("http"));
  }

  private static String scheme(URI address) {
    return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
  }

  private static int port(URI address) {
    return address.getPort() >= 0 ? address.getPort() : scheme(address).equals("https") ? 443 : 80;
  }

  private static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
