package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Refuses large bodies for our own endpoints by what they say of themselves. One that does not say
 * is cut off by whoever reads it. Stands behind the gateway, whose routes have limits of their own.
 */
public final class BodyFilter implements Filter {
  static final long MAX_BODY = 1024 * 1024;
  private static final RequestPath LOGOUT_TOKENS = new RequestPath("/auth/backchannel-logout");

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getContentLengthLong() > MAX_BODY) {
      // a provider knows only yes and no (Back-Channel Logout §2.8)
      boolean isLogoutToken =
          RequestPath.normalised((HttpServletRequest) request).equals(LOGOUT_TOKENS);
      throw new RequestRefused(
          isLogoutToken ? ErrorId.LOGOUT_TOKEN_REFUSED : ErrorId.BODY_TOO_LARGE,
          "At most " + MAX_BODY + " bytes are accepted at this address.");
    }
    chain.doFilter(request, response);
  }
}
