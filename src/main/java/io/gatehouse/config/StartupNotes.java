package io.gatehouse.config;

import java.util.ArrayList;
import java.util.List;

/** What start-up prints: where this is, what to register at the provider, and what is unsafe. */
public final class StartupNotes {
  private StartupNotes() {}

  /** The lines, none of them secret. */
  public static List<String> of(GatehouseConfiguration configuration) {
    List<String> lines = new ArrayList<>();
    lines.add("Gatehouse: " + configuration.baseUrl() + "/");
    if (configuration.insecureHttp()) {
      lines.add(
          "WARNING: gatehouse.insecure-http is on. Cookies travel in the clear and lose their");
      lines.add(
          "WARNING: __Host- protection. This is for trying out on one machine, never for users.");
    }
    if (configuration.embeddedProvider()) {
      lines.add("  development provider     " + issuer(configuration));
      lines.add("  users                    alice, password alice; bob, password bob");
      lines.add("  to use a real provider   set GATEHOUSE_ISSUER, GATEHOUSE_CLIENT_ID,");
      lines.add("                           GATEHOUSE_CLIENT_SECRET and GATEHOUSE_BASE_URL");
      lines.add("Registered there:");
    } else {
      configuration
          .providers()
          .forEach(
              provider ->
                  lines.add(
                      "  provider                 " + provider.id() + " " + provider.issuer()));
      lines.add("To register at the provider:");
    }
    lines.add("  redirect URI             " + configuration.redirectUri());
    lines.add("  post-logout redirect URI " + configuration.postLogoutRedirectUri());
    lines.add("  back-channel logout URI  " + configuration.backChannelLogoutUri());
    lines.add("  front-channel logout URI " + configuration.frontChannelLogoutUri());
    if (configuration.development() && !configuration.embeddedProvider()) {
      lines.add(
          "WARNING: gatehouse.development is on: this server also runs a provider with known");
      lines.add("WARNING: passwords. Do not offer it to users.");
    }
    if (configuration.session().inTheClear()) {
      lines.add(
          "WARNING: gatehouse.session.jdbc-url leads over a network and does not demand TLS: the");
      lines.add(
          "WARNING: driver goes on in the clear with whoever does not offer it within half a second,");
      lines.add(
          "WARNING: and a stranger in between may ask for the password. Append to the address");
      lines.add(
          "WARNING: ?sslmode=verify-full&sslrootcert=<file>, or ?sslmode=disable where it is meant.");
    }
    return List.copyOf(lines);
  }

  private static String issuer(GatehouseConfiguration configuration) {
    return configuration.providers().get(0).issuer().toString();
  }
}
