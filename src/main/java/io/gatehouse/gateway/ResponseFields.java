package io.gatehouse.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpField;

/** What of an answer's header a browser gets to see (rule 22). */
final class ResponseFields {
  /** Of a web application's pages: what they may load and who may hold them, as they say it. */
  private static final Set<String> POLICIES =
      byName(
          "content-security-policy",
          "content-security-policy-report-only",
          "cross-origin-embedder-policy",
          "cross-origin-opener-policy",
          "cross-origin-resource-policy",
          "permissions-policy",
          "referrer-policy");

  /** Where a page says nothing, others may not frame it; our own pages' policy would break it. */
  private static final String POLICY = "frame-ancestors 'self'; base-uri 'self'; object-src 'none'";

  private final Fields fields;
  private final Addresses addresses;
  private final Cookies cookies;
  private final boolean isWebApplication;
  private final boolean isCached;

  ResponseFields(
      Fields fields,
      Addresses addresses,
      Cookies cookies,
      boolean isWebApplication,
      boolean isCached) {
    this.fields = fields;
    this.addresses = addresses;
    this.cookies = cookies;
    this.isWebApplication = isWebApplication;
    this.isCached = isCached;
  }

  /**
   * @param asked the address that was answered
   */
  void copy(Response answer, URI asked, HttpServletResponse response) {
    if (isWebApplication) {
      response.setHeader("Content-Security-Policy", POLICY);
    }
    List<String> policy = new ArrayList<>();
    boolean setsCookie = false;
    for (HttpField field : answer.getHeaders()) {
      String name = field.getName();
      String value = field.getValue();
      if (value == null || !isText(value)) {
        continue;
      }
      if (fields.comesDown(name)) {
        response.addHeader(name, value);
      } else if (name.equalsIgnoreCase("Location") || name.equalsIgnoreCase("Content-Location")) {
        addresses.seen(asked, value).ifPresent(seen -> response.setHeader(name, seen));
      } else if (name.equalsIgnoreCase("Set-Cookie")) {
        Optional<String> cookie = cookies.down(value);
        cookie.ifPresent(crossing -> response.addHeader(name, crossing));
        setsCookie |= cookie.isPresent();
      } else if (isWebApplication && name.equalsIgnoreCase("Content-Security-Policy")) {
        policy.add(value);
      } else if (isWebApplication && POLICIES.contains(name)) {
        response.setHeader(name, value);
      }
    }
    if (!policy.isEmpty()) {
      response.setHeader("Content-Security-Policy", String.join(", ", policy));
    }
    if (!isCached || setsCookie) {
      // a cookie is one person's, whatever the answer says of caches
      response.setHeader("Cache-Control", "no-store");
    }
  }

  static boolean isText(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F || c > 0xFF) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> byName(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(List.of(names));
    return set;
  }
}
