package io.gatehouse.web;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Gives {@link TokenHolder} the session of a request that beans are about to see. Behind the
 * gateway, whose calls need no bean of their own.
 */
public final class TokenHolderFilter implements Filter {
  @Inject TokenHolder holder;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    holder.present(CurrentSession.of((HttpServletRequest) request));
    chain.doFilter(request, response);
  }
}
