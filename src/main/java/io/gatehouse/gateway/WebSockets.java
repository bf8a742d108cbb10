package io.gatehouse.gateway;

import io.gatehouse.observe.GatewayMetrics;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;

/** Takes granted handshakes upstream, and counts what is open. */
final class WebSockets {
  private final Upstream upstream;
  private final Tunnels tunnels;
  private final FaultMapper faults;
  private final GatewayMetrics metrics;

  WebSockets(Upstream upstream, Tunnels tunnels, FaultMapper faults, GatewayMetrics metrics) {
    this.upstream = upstream;
    this.tunnels = tunnels;
    this.faults = faults;
    this.metrics = metrics;
  }

  /**
   * Answers the browser, on its own thread.
   *
   * @param plain the call without what asks for a WebSocket
   * @param counted told of the answer, unless it does not even begin
   * @throws RequestRefused when it does not even begin: nothing has gone up
   */
  void open(
      Handshake handshake,
      Passage passage,
      UpstreamRequest plain,
      CurrentSession current,
      Optional<Session> session,
      HttpServletRequest request,
      HttpServletResponse response,
      GatewayMetrics.Call counted) {
    UpstreamRequest call = handshake.in(plain);
    String route = passage.route().id();
    Tunnel.Terms terms =
        new Tunnel.Terms(life(current, session), passage.route().limits().idleTimeout());
    Optional<SessionKey> key = session.map(Session::key);
    Runnable opened = tunnels.opening().begin(key);
    Runnable leave = place(passage, key, opened);
    Bearer bearer = new Bearer(current, session, passage, Runnable::run, counted::renewed);
    Opening opening =
        new Opening(
            upstream,
            passage,
            call,
            handshake,
            bearer,
            connection -> tunnel(connection, terms, route, leave),
            request,
            response);
    try {
      opening.open();
    } catch (RuntimeException failed) {
      refuse(failed, request, response);
    } finally {
      // before its answer leaves, after which the browser may open the next
      opened.run();
      counted.end(response.getStatus());
      if (response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
        leave.run();
      }
    }
  }

  private static Runnable place(Passage passage, Optional<SessionKey> key, Runnable opened) {
    try {
      return passage.places().take(key);
    } catch (RequestRefused full) {
      opened.run();
      throw full;
    }
  }

  /** It keeps its place until it is over. */
  private Tunnel tunnel(EndPoint connection, Tunnel.Terms terms, String route, Runnable leave) {
    Runnable closed = metrics.open(route);
    return tunnels.open(
        connection,
        terms,
        () -> {
          leave.run();
          closed.run();
        });
  }

  private void refuse(
      RuntimeException failed, HttpServletRequest request, HttpServletResponse response) {
    try {
      faults.answer(request, failed).writeTo(response);
    } catch (IOException gone) {
      // the browser has left; there is nobody to tell
    }
  }

  /** What the browser says in a WebSocket is use of its session; what it only hears is not. */
  private static Tunnel.Life life(CurrentSession current, Optional<Session> session) {
    return isUse -> session.isEmpty() || (isUse ? current.find() : current.peek()).isPresent();
  }
}
