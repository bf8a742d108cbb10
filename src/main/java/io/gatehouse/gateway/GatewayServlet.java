package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.session.Session;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.RequestPath;
import io.gatehouse.web.RequestRefused;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.TreeSet;

/** Takes what the route table grants upstream, with the signed-in user's access token. */
@WebServlet(urlPatterns = "/bff/*", asyncSupported = true)
public final class GatewayServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient RouteTable routes;
  @Inject transient Upstream upstream;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = RequestPath.of(request).value();
    Route route = granted(request, response, path);
    CurrentSession current = CurrentSession.of(request);
    Session session = current.withAccessToken();
    UpstreamRequest call = UpstreamRequest.of(request, route, path);
    UpstreamResponse answer = upstream.call(call);
    if (answer.status() == UpstreamResponse.UNAUTHORIZED) {
      // revoked or rotated early: once more with a younger token, then its word is final (rule 22)
      current.refreshedAfterRefusal(session.generation());
      answer = upstream.call(call);
    }
    answer.writeTo(response);
  }

  private Route granted(HttpServletRequest request, HttpServletResponse response, String path) {
    RouteTable.Match match = routes.match(path, request.getMethod());
    if (match instanceof RouteTable.Match.Granted granted) {
      return granted.route();
    }
    if (match instanceof RouteTable.Match.MethodRefused refused) {
      response.setHeader("Allow", String.join(", ", new TreeSet<>(refused.methods())));
      throw new RequestRefused(
          ErrorId.METHOD_NOT_ALLOWED, "The Allow header lists what works here.");
    }
    throw new RequestRefused(ErrorId.NOT_FOUND, "No route of the gateway covers this path.");
  }
}
