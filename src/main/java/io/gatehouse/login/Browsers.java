package io.gatehouse.login;

import io.gatehouse.session.SessionKey;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.LoginCookie;
import io.gatehouse.web.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;

/** Reads what a request shows of its browser. */
public final class Browsers {
  private final LoginCookie loginCookie;
  private final SessionCookie sessionCookie;
  private final ClientAddress addresses;

  public Browsers(LoginCookie loginCookie, SessionCookie sessionCookie, ClientAddress addresses) {
    this.loginCookie = loginCookie;
    this.sessionCookie = sessionCookie;
    this.addresses = addresses;
  }

  Browser of(HttpServletRequest request) {
    return new Browser(
        loginCookie.read(request),
        sessionCookie.read(request).map(SessionKey::of),
        ClientAddress.userAgent(request),
        addresses.of(request));
  }
}
