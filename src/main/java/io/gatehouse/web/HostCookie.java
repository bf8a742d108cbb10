package io.gatehouse.web;

import io.gatehouse.oauth.SessionId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One cookie of ours that holds 256 random bits (RFC 6265bis §4.1.3.4, prefix {@code
 * __Host-Http-}).
 *
 * <p>{@code Set-Cookie} is written and {@code Cookie} read by hand: containers differ in SameSite,
 * quoting, case of names and which of two equal names they return.
 */
public final class HostCookie {
  private static final String PREFIX = "__Host-Http-";

  private final String name;
  private final String attributes;

  /**
   * @param baseUrl over plain http, which configuration allows on loopback only, browsers accept
   *     neither the prefix nor {@code Secure}
   */
  public HostCookie(String name, SameSite sameSite, URI baseUrl) {
    boolean secure = "https".equals(baseUrl.getScheme());
    this.name = secure ? PREFIX + name : name;
    this.attributes = "; Path=/" + (secure ? "; Secure" : "") + "; HttpOnly; SameSite=" + sameSite;
  }

  /** SameSite as written in {@code Set-Cookie}. */
  public enum SameSite {
    STRICT("Strict"),
    LAX("Lax"),
    NONE("None");

    private final String written;

    SameSite(String written) {
      this.written = written;
    }

    @Override
    public String toString() {
      return written;
    }
  }

  public String name() {
    return name;
  }

  /** The one value presented; two cookies of this name are none (rule 15). */
  public Optional<SessionId> read(HttpServletRequest request) {
    List<String> values = presented(request);
    return values.size() == 1 ? SessionId.parse(values.get(0)) : Optional.empty();
  }

  /** Whether the browser sent a cookie of this name at all, whatever its value. */
  public boolean isPresented(HttpServletRequest request) {
    return !presented(request).isEmpty();
  }

  /** The {@code Set-Cookie} field that gives the browser this value. */
  public String set(SessionId value, Duration life) {
    return name + "=" + value.reveal() + attributes + "; Max-Age=" + life.toSeconds();
  }

  /** The {@code Set-Cookie} field that takes the cookie away: the same attributes (rule 25). */
  public String clear() {
    return name + "=" + attributes + "; Max-Age=0";
  }

  private List<String> presented(HttpServletRequest request) {
    List<String> values = new ArrayList<>();
    for (String field : Collections.list(request.getHeaders("Cookie"))) {
      for (String pair : field.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
          values.add(pair.substring(equals + 1).strip());
        }
      }
    }
    return values;
  }
}
