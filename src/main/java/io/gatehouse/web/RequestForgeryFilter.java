package io.gatehouse.web;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Refuses what another site made a browser send, before anybody acts on it. */
public final class RequestForgeryFilter implements Filter {
  @Inject RequestForgery forgery;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    forgery.check(http, RequestPath.of(http));
    chain.doFilter(request, response);
  }
}
