package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestRefused;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One grant of the gateway, and the addresses it maps to. */
record Route(RouteConfiguration configuration) {
  private static final int DELETE = 0x7F;

  /** Whether the path is the route's own or below it; {@code /bff} does not cover /bffx. */
  boolean covers(String path) {
    String own = trimmed(configuration.path());
    return path.equals(own) || path.startsWith(own + "/");
  }

  /**
   * The upstream address. The path is written anew from the one that was matched, so that what was
   * decided on is what is sent, however the request spelled it.
   *
   * @param query as received
   */
  URI upstream(String path, @Nullable String query) {
    String rest = path.substring(trimmed(configuration.path()).length());
    String base = trimmed(configuration.target().toString());
    try {
      String encoded = new URI(null, null, rest.isEmpty() ? "" : rest, null).getRawPath();
      return new URI(base + encoded + (query == null ? "" : "?" + encode(query)));
    } catch (URISyntaxException e) {
      throw new RequestRefused(
          ErrorId.MALFORMED_REQUEST, "The query must be percent-encoded (RFC 3986 §3.4).");
    }
  }

  /** Servers differ in what they take raw; upstream gets it encoded. */
  private static String encode(String query) {
    StringBuilder encoded = new StringBuilder(query.length());
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c < ' ' || c >= DELETE) {
        throw new RequestRefused(
            ErrorId.MALFORMED_REQUEST, "The query holds characters that are not ASCII text.");
      }
      if (" \"#<>[\\]^`{|}".indexOf(c) >= 0) {
        encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else {
        encoded.append(c);
      }
    }
    return encoded.toString();
  }

  private static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
