package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.RequestPath;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.WaitingRoom;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Takes what the route table grants upstream, with the signed-in user's access token. No thread of
 * the container waits for it.
 */
@WebServlet(urlPatterns = "/bff/*", asyncSupported = true)
public final class GatewayServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient RouteTable routes;
  @Inject transient Passage passage;
  @Inject transient WaitingRoom room;
  @Inject transient FaultMapper faults;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = RequestPath.of(request).value();
    Route route = granted(request, response, path);
    CurrentSession current = CurrentSession.of(request);
    current.require(); // nobody else gets to send a body, or to wait
    UpstreamRequest call = UpstreamRequest.of(request, route, path);
    AsyncContext exchange = request.startAsync(request, response);
    exchange.setTimeout(0); // it has its own ends: of waiting for a token, and the route's
    try {
      room.execute(() -> answer(exchange, () -> passage.carry(call, current)));
    } catch (RequestRefused full) {
      answer(
          exchange,
          () -> {
            throw full;
          });
    }
  }

  private void answer(AsyncContext exchange, Supplier<UpstreamResponse> call) {
    HttpServletRequest request = (HttpServletRequest) exchange.getRequest();
    HttpServletResponse response = (HttpServletResponse) exchange.getResponse();
    try {
      answer(request, response, call);
    } catch (IOException gone) {
      // the browser has left; there is nobody to tell
    } finally {
      exchange.complete();
    }
  }

  private void answer(
      HttpServletRequest request, HttpServletResponse response, Supplier<UpstreamResponse> call)
      throws IOException {
    UpstreamResponse answer;
    try {
      answer = call.get();
    } catch (RuntimeException failure) {
      faults.answer(request, failure).writeTo(response);
      return;
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
