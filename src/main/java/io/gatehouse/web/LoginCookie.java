package io.gatehouse.web;

import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.web.HostCookie.SameSite;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * The login cookie: random, one per browser, binds login transactions to it (decision D3). All tabs
 * share it, so it stays the same as long as it is presented.
 */
public final class LoginCookie {
  private static final Duration LIFE = Duration.ofHours(1);

  private final HostCookie cookie;

  public LoginCookie(GatehouseConfiguration configuration) {
    boolean comesByPost =
        configuration.providers().stream()
            .anyMatch(provider -> provider.client().responseMode() == ResponseMode.FORM_POST);
    // a POST from the provider's site carries nothing stricter than None
    SameSite sameSite = comesByPost ? SameSite.NONE : SameSite.LAX;
    this.cookie = new HostCookie("gatehouse-login", sameSite, configuration.baseUrl());
  }

  public String name() {
    return cookie.name();
  }

  public Optional<SessionId> read(HttpServletRequest request) {
    return cookie.read(request);
  }

  /** A {@code Set-Cookie} field: at every start, so that an hour is left for this login too. */
  public String set(SessionId browser) {
    return cookie.set(browser, LIFE);
  }
}
