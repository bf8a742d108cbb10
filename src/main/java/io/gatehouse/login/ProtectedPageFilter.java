package io.gatehouse.login;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.Navigation;
import io.gatehouse.web.RequestPath;
import io.gatehouse.web.RequestRefused;
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
  @Inject LoginEndpoint logins;

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
    if (!Navigation.isNavigation(http) || !isReading(http)) {
      throw new RequestRefused(ErrorId.NOT_SIGNED_IN, "This page needs a session; sign in first.");
    }
    logins.needed(http, target(http, path)).writeTo((HttpServletResponse) response);
  }

  private static boolean isReading(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  /** The page with its query where that can be returned to, else the page alone. */
  private static ReturnTarget target(HttpServletRequest request, RequestPath path) {
    String query = request.getQueryString();
    return ReturnTarget.parse(query == null ? path.value() : path.value() + "?" + query)
        .or(() -> ReturnTarget.parse(path.value()))
        .orElse(ReturnTarget.HOME);
  }
}
