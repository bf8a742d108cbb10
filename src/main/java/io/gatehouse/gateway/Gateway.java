package io.gatehouse.gateway;

import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.Route;
import io.gatehouse.web.WaitingRoom;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Takes a granted request upstream, with the signed-in user's access token. No thread of the
 * container waits for it.
 */
@ApplicationScoped
public class Gateway {
  @Inject Passage passage;
  @Inject WaitingRoom room;
  @Inject FaultMapper faults;

  /**
   * @param path of the request, the one that the route was matched with
   */
  public void serve(
      HttpServletRequest request, HttpServletResponse response, Route route, String path)
      throws IOException {
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
}
