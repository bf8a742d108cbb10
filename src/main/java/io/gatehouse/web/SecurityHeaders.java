package io.gatehouse.web;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The header fields of every response of ours (rule 20). */
public final class SecurityHeaders {
  private static final List<String> OWN_NAMESPACES = List.of("/auth", "/account", "/api", "/bff");

  private final Map<String, String> always = new LinkedHashMap<>();
  private final Set<String> ours = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final List<String> personal = new ArrayList<>(OWN_NAMESPACES);

  public SecurityHeaders(GatehouseConfiguration configuration) {
    always.put(
        "Content-Security-Policy",
        contentSecurityPolicy(
            configuration.providers().stream()
                .map(ProviderConfiguration::issuer)
                .map(Origin::of)
                .toList()));
    if (configuration.strictTransportSecurity()) {
      always.put("Strict-Transport-Security", "max-age=31536000");
    }
    always.put("X-Content-Type-Options", "nosniff");
    always.put("Referrer-Policy", "no-referrer");
    always.put("Cross-Origin-Opener-Policy", "same-origin");
    always.put("Cross-Origin-Resource-Policy", "same-origin");
    always.put(
        "Permissions-Policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()");
    ours.addAll(always.keySet());
    ours.add("Cache-Control");
    personal.addAll(configuration.protectedPaths());
  }

  /**
   * The policy of our pages.
   *
   * @param formTargets origins that a form of ours may end up at, redirects included
   */
  public static String contentSecurityPolicy(Collection<String> formTargets) {
    Set<String> targets = new LinkedHashSet<>(formTargets);
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        + (targets.isEmpty() ? "" : " " + String.join(" ", targets));
  }

  /** The policy of a page that holds nothing and that one origin may frame. */
  public static String framedBy(String origin) {
    return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors " + origin;
  }

  boolean isOurs(String name) {
    return ours.contains(name);
  }

  /** The fields of every address, for what no filter sees. */
  public void apply(HttpServletResponse response) {
    always.forEach(response::setHeader);
  }

  void apply(HttpServletResponse response, RequestPath path) {
    apply(response);
    if (path.isWithinAny(personal)) {
      response.setHeader("Cache-Control", "no-store");
    }
  }
}
