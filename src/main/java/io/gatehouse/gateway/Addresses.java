package io.gatehouse.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From addresses that a protected resource names to where a browser finds them. */
final class Addresses {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?<site>(?:[^:/?#]+:)?(?://[^/?#]*)?)(?<path>[^?#]*)(?<rest>.*)", Pattern.DOTALL);

  // browsers take these as they are, a URI has them encoded; [ and ] may stand in a query
  private static final Pattern TOLERATED = Pattern.compile("[\"<>^`{|}]");
  private static final Pattern TOLERATED_IN_PATH = Pattern.compile("[\"<>^`{|}\\[\\]]");

  // a dot may be encoded: browsers go up by %2e%2e, too
  private static final Pattern HERE = Pattern.compile("\\.|%2e", Pattern.CASE_INSENSITIVE);
  private static final Pattern UP = Pattern.compile("(?:\\.|%2e){2}", Pattern.CASE_INSENSITIVE);

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
      URI address = resolved(asked, new URI(encoded(reference)));
      if (isSameOrigin(address, target)) {
        return seen(withoutDots(address.getRawPath())).map(path -> path + rest(address));
      }
      if (isSameOrigin(address, site)) {
        return ofThisSite(withoutDots(address.getRawPath())).map(path -> path + rest(address));
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

  private static String encoded(String reference) {
    Matcher parts = PARTS.matcher(reference);
    return parts.matches()
        ? parts.group("site")
            + encoded(TOLERATED_IN_PATH, parts.group("path"))
            + encoded(TOLERATED, parts.group("rest"))
        : reference;
  }

  private static String encoded(Pattern which, String text) {
    return which.matcher(text).replaceAll(c -> "%%%02X".formatted((int) c.group().charAt(0)));
  }

  /**
   * RFC 3986 §5.2.2 and §5.2.3, dots left where they are. {@link URI#resolve} follows RFC 2396: a
   * query alone leads elsewhere there, and an empty reference too.
   */
  private static URI resolved(URI base, URI reference) {
    String text = reference.toString();
    if (reference.isAbsolute()) {
      return reference;
    }
    if (text.startsWith("//")) {
      return URI.create(base.getScheme() + ":" + text);
    }
    String site = base.getScheme() + "://" + base.getRawAuthority();
    if (text.startsWith("/")) {
      return URI.create(site + text);
    }
    String path = base.getRawPath();
    if (reference.getRawPath().isEmpty()) {
      boolean keepsQuery = reference.getRawQuery() == null && base.getRawQuery() != null;
      return URI.create(site + path + (keepsQuery ? "?" + base.getRawQuery() : "") + text);
    }
    String folder = path.isEmpty() ? "/" : path.substring(0, path.lastIndexOf('/') + 1);
    return URI.create(site + folder + text);
  }

  /** RFC 3986 §5.2.4. */
  private static String withoutDots(String path) {
    String[] segments = path.split("/", -1);
    Deque<String> kept = new ArrayDeque<>();
    for (int i = 1; i < segments.length; i++) {
      boolean isUp = UP.matcher(segments[i]).matches();
      boolean isDots = isUp || HERE.matcher(segments[i]).matches();
      if (isUp) {
        kept.pollLast();
      }
      if (!isDots) {
        kept.add(segments[i]);
      } else if (i == segments.length - 1) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
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
    if (address.getRawAuthority() == null) {
      return false;
    }
    // names of hosts may have an underscore, though URI finds no host there
    URI site = URI.create("//" + address.getRawAuthority().replace('_', 'u'));
    return site.getHost() != null
        && site.getRawUserInfo() == null
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
