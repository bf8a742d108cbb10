package io.gatehouse.login;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.RequestPath;
import io.gatehouse.web.SignInFirst;
import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Lets nobody without a session see a protected page: people sign in first, programs get 401. */
public final class ProtectedPageFilter implements Filter {
  @Inject GatehouseConfiguration configuration;
  @Inject SignInFirst signInFirst;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    RequestPath path = RequestPath.of(http);
    if (!path.isWithinAny(configuration.protectedPaths())
        || CurrentSession.of(http).find().isPresent()) {
      chain.doFilter(request, response);
      return;
    }
    signInFirst.answer(http, (HttpServletResponse) response, path);
  }
}
