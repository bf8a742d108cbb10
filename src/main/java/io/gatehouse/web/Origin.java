package io.gatehouse.web;

import java.net.URI;
import java.util.Locale;

/** The origin of an address as browsers write it (RFC 6454 §6.2): default ports left out. */
public final class Origin {
  private Origin() {}

  public static String of(URI address) {
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    int port = address.getPort();
    boolean isDefault = port == -1 || port == (scheme.equals("https") ? 443 : 80);
    return scheme
        + "://"
        + address.getHost().toLowerCase(Locale.ROOT)
        + (isDefault ? "" : ":" + port);
  }
}
