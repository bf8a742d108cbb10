package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.observe.GatewayMetrics;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.RequestPath;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.Route;
import io.gatehouse.web.RouteTable;
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

/** Takes to the gateway what the route table grants, and leaves the rest to our own endpoints. */
public final class GatewayFilter implements Filter {
  @Inject RouteTable routes;
  @Inject Gateway gateway;
  @Inject SignInFirst signInFirst;
  @Inject GatewayMetrics metrics;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    RequestPath asked = RequestPath.of(http);
    String path = asked.value();
    RouteTable.Match match = routes.match(http.getServerName(), path, http.getMethod());
    if (match instanceof RouteTable.Match.Granted granted) {
      pass(granted.route(), asked, http, (HttpServletResponse) response);
    } else if (match instanceof RouteTable.Match.MethodRefused refused) {
      ((HttpServletResponse) response).setHeader("Allow", String.join(", ", refused.methods()));
      throw new RequestRefused(
          ErrorId.METHOD_NOT_ALLOWED, "The Allow header lists what works here.");
    } else if (RouteConfiguration.isCall(path)) {
      throw new RequestRefused(ErrorId.NOT_FOUND, "No route of the gateway covers this path.");
    } else {
      chain.doFilter(request, response);
    }
  }

  /** Every call that a route grants is counted once, with whatever it is answered. */
  private void pass(
      Route route, RequestPath asked, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    GatewayMetrics.Call counted = metrics.begin(route.configuration().id());
    try {
      if (needsSignIn(route.configuration(), request)) {
        signInFirst.answer(request, response, asked);
        counted.end(response.getStatus());
      } else {
        gateway.serve(request, response, route, asked.value(), counted);
      }
    } catch (RuntimeException refused) {
      counted.end(FaultMapper.statusOf(refused));
      throw refused;
    }
  }

  /** Whether pages for signed-in people alone are asked for by somebody who is not. */
  private static boolean needsSignIn(RouteConfiguration route, HttpServletRequest request) {
    return route.isWebApplication()
        && route.access().sessionRequired()
        && CurrentSession.of(request).find().isEmpty();
  }
}
