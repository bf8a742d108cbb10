package io.gatehouse.web;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.web.HostCookie.SameSite;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The session cookie: an opaque id that no other site can make a browser send (decision D4). */
public final class SessionCookie {
  private final HostCookie cookie;
  private final Duration life;

  /**
   * @param life the absolute life of a session; the server ends it earlier where it must
   */
  public SessionCookie(URI baseUrl, Duration life) {
    this.cookie = new HostCookie("gatehouse", SameSite.STRICT, baseUrl);
    this.life = life;
  }

  public String name() {
    return cookie.name();
  }

  public Optional<SessionId> read(HttpServletRequest request) {
    return cookie.read(request);
  }

  public boolean isPresented(HttpServletRequest request) {
    return cookie.isPresented(request);
  }

  /** A {@code Set-Cookie} field for a session just opened. */
  public String set(SessionId id) {
    return cookie.set(id, life);
  }

  /** A {@code Set-Cookie} field for a session just ended. */
  public String clear() {
    return cookie.clear();
  }
}
