package io.gatehouse.web;

import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.oauth.ErrorId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One grant of the gateway, and the addresses it maps to. Made once, asked at every call. */
public final class Route {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  // RFC 3986 §3.3: pchar and "/", without ";", which servers read in different ways
  private static final BitSet IN_PATH = of("-._~!$&'()*+,=:@/");
  // §3.4
  private static final BitSet IN_QUERY = of("-._~!$&'()*+,;=:@/?");

  private final RouteConfiguration configuration;
  private final String prefix;
  private final String target;

  public Route(RouteConfiguration configuration) {
    this.configuration = configuration;
    this.prefix = trimmed(configuration.path());
    this.target = trimmed(configuration.target().toString());
  }

  public RouteConfiguration configuration() {
    return configuration;
  }

  /** Whether the path is the route's own or below it; {@code /bff} does not cover /bffx. */
  boolean covers(String path) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  /** As {@link #covers}, for an upstream that takes upper and lower case for the same. */
  boolean coversInAnyCase(String path) {
    return path.regionMatches(true, 0, prefix, 0, prefix.length())
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  boolean isAt(String host) {
    return configuration.host().isEmpty() || configuration.host().get().equalsIgnoreCase(host);
  }

  boolean grants(String method) {
    // compared exactly: methods are case-sensitive (RFC 9110 §9.1)
    return configuration.methods().contains(method);
  }

  /**
   * The upstream address. The path is written anew from the one that was matched, so that what was
   * decided on is what is sent, however the request spelled it.
   *
   * @param query as received
   */
  public URI upstream(String path, @Nullable String query) {
    StringBuilder address = new StringBuilder(target);
    appendPath(address, path);
    if (query != null) {
      appendQuery(address.append('?'), query);
    }
    return URI.create(address.toString());
  }

  private void appendPath(StringBuilder address, String path) {
    int plainEnd = endOfPlain(path, prefix.length(), IN_PATH);
    address.append(path, prefix.length(), plainEnd);
    for (byte octet : path.substring(plainEnd).getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xFF);
      if (IN_PATH.get(c)) {
        address.append(c);
      } else {
        appendEncoded(address, c);
      }
    }
  }

  /** Servers differ in what they take raw; upstream gets it encoded. */
  private static void appendQuery(StringBuilder address, String query) {
    int plainEnd = endOfPlain(query, 0, IN_QUERY);
    address.append(query, 0, plainEnd);
    for (int i = plainEnd; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c < ' ' || c > '~') {
        throw malformed("The query holds characters that are not ASCII text.");
      }
      if (c == '%' && !isEncoded(query, i)) {
        throw malformed("The query must be percent-encoded (RFC 3986 §3.4).");
      }
      if (c == '%' || IN_QUERY.get(c)) {
        address.append(c);
      } else {
        appendEncoded(address, c);
      }
    }
  }

  /** Where the first character stands that needs a second look; nearly always the end. */
  private static int endOfPlain(String text, int from, BitSet plain) {
    int i = from;
    while (i < text.length() && plain.get(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isEncoded(String text, int percent) {
    return percent + 2 < text.length()
        && HexFormat.isHexDigit(text.charAt(percent + 1))
        && HexFormat.isHexDigit(text.charAt(percent + 2));
  }

  private static void appendEncoded(StringBuilder address, char octet) {
    address.append('%');
    HEX.toHexDigits(address, (byte) octet);
  }

  private static RequestRefused malformed(String detail) {
    return new RequestRefused(ErrorId.MALFORMED_REQUEST, detail);
  }

  private static String trimmed(String address) {
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  private static BitSet of(String punctuation) {
    BitSet characters = new BitSet();
    characters.set('a', 'z' + 1);
    characters.set('A', 'Z' + 1);
    characters.set('0', '9' + 1);
    punctuation.chars().forEach(characters::set);
    return characters;
  }
}
