package io.gatehouse.web;

import io.gatehouse.config.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from, for session lists and the audit log. {@code X-Forwarded-For} counts as
 * far as an unbroken chain of configured proxies vouches for it, and nothing else forwarded counts.
 */
public final class ClientAddress {
  private static final int MAX_USER_AGENT = 256;

  private final TrustedProxies proxies;

  public ClientAddress(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  public String of(HttpServletRequest request) {
    String address = orUnknown(request.getRemoteAddr());
    List<String> forwarded = forwardedFor(request);
    // the last entry was written by the proxy that talks to us
    for (int i = forwarded.size() - 1; i >= 0 && proxies.trusts(address); i--) {
      if (!TrustedProxies.isAddress(forwarded.get(i))) {
        break;
      }
      address = forwarded.get(i);
    }
    return address;
  }

  /**
   * What the browser calls itself, short and printable: people see it in their list of sessions.
   */
  public static String userAgent(HttpServletRequest request) {
    String claimed = request.getHeader("User-Agent");
    if (claimed == null) {
      return "";
    }
    String printable = claimed.replaceAll("[^\\x20-\\x7E]", "");
    return printable.substring(0, Math.min(printable.length(), MAX_USER_AGENT));
  }

  private static List<String> forwardedFor(HttpServletRequest request) {
    List<String> addresses = new ArrayList<>();
    for (String field : Collections.list(request.getHeaders("X-Forwarded-For"))) {
      for (String address : field.split(",", -1)) {
        addresses.add(address.strip());
      }
    }
    return addresses;
  }

  private static String orUnknown(@Nullable String address) {
    return address == null ? "-" : address;
  }
}
