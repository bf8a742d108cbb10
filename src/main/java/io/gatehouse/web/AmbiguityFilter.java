package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses requests that servers read in different ways, before anybody decides on one: their extent
 * (rule 23) and their path (rule 18).
 */
public final class AmbiguityFilter implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest httpRequest = (HttpServletRequest) request;
    if (Framing.isAmbiguous(httpRequest)) {
      if (Framing.isHttp1(httpRequest)) {
        // what follows on this connection may be the rest of this very request (RFC 9112 §6.1)
        ((HttpServletResponse) response).setHeader("Connection", "close");
      }
      throw new RequestRefused(
          ErrorId.MALFORMED_REQUEST,
          "It says its length or its host more than once; say each in one way.");
    }
    RequestPath.of(httpRequest);
    chain.doFilter(request, response);
  }
}
