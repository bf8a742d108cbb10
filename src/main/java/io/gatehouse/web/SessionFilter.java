package io.gatehouse.web;

import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.session.SessionStore;
import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;

/** Turns the cookie into the {@link CurrentSession} of this request. */
public final class SessionFilter implements Filter {
  @Inject SessionCookie cookie;
  @Inject SessionStore sessions;
  @Inject AccessTokenSource tokens;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    boolean isResource = RequestPath.of(http).isWithin("/api");
    new CurrentSession(
            // a cookie never authenticates a protected resource (rule 24)
            isResource ? Optional.empty() : cookie.read(http), sessions, tokens)
        .bindTo(http);
    chain.doFilter(request, response);
  }
}
