package io.gatehouse.gateway;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.observe.GatewayMetrics;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.web.Answer;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.RequestPath;
import io.gatehouse.web.Route;
import io.gatehouse.web.SignInFirst;
import io.gatehouse.web.WaitingRoom;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Takes a granted request upstream, with the signed-in user's access token. No thread of the
 * container waits for it.
 */
public final class Gateway {
  private final Upstream upstream;
  private final WaitingRoom room;
  private final Shares uploads;
  private final Shares browsers;
  private final FaultMapper faults;
  private final Tunnels tunnels;
  private final WebSockets webSockets;
  private final Map<String, Passage> passages;

  /**
   * @param room for calls that wait for a token
   * @param uploads for bodies on their way up, however slowly
   * @param browsers for long answers on their way down, however slowly
   * @param tunnels where WebSockets are looked after
   */
  public Gateway(
      GatehouseConfiguration configuration,
      Upstream upstream,
      WaitingRoom room,
      WaitingRoom uploads,
      WaitingRoom browsers,
      Tunnels tunnels,
      FaultMapper faults,
      ClientAddress addresses,
      GatewayMetrics metrics,
      Clock clock) {
    this.upstream = upstream;
    this.room = room;
    this.uploads = new Shares(uploads);
    this.browsers = new Shares(browsers);
    this.faults = faults;
    this.tunnels = tunnels;
    this.webSockets = new WebSockets(upstream, tunnels, faults, metrics);
    this.passages =
        configuration.routes().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    RouteConfiguration::id,
                    route -> new Passage(configuration, route, addresses, clock)));
  }

  /**
   * @param path of the request, the one that the route was matched with
   * @param counted told of its end, unless it does not even begin
   * @throws io.gatehouse.oauth.Fault when it does not even begin: nothing has gone up
   */
  public void serve(
      HttpServletRequest request,
      HttpServletResponse response,
      Route route,
      String path,
      GatewayMetrics.Call counted) {
    Passage passage = passageOf(route);
    Optional<Handshake> handshake = Handshake.of(request, passage.route().crossing().webSocket());
    CurrentSession current = CurrentSession.of(request);
    Optional<Session> session = session(passage.route(), current);
    session.ifPresent(passage::admit);
    UpstreamRequest call = passage.request(request, route.upstream(path, request.getQueryString()));
    if (handshake.isPresent()) {
      webSockets.open(handshake.get(), passage, call, current, session, request, response, counted);
      return;
    }
    Optional<SessionKey> key = session.map(Session::key);
    Runnable leave = passage.places().take(key);
    AsyncContext async = request.startAsync(request, response);
    async.setTimeout(0); // it has its own ends: of waiting for a token, and the route's
    new Exchange(
            upstream,
            passage,
            call,
            async,
            new Bearer(current, session, passage, room, counted::renewed),
            uploads.of(key),
            browsers.of(key),
            answers(request, passage.route()),
            tunnels.watch(),
            status -> {
              leave.run();
              counted.end(status);
            })
        .begin();
  }

  /** A page that its session ended for in the middle leads to a new login, and back to itself. */
  private Function<Throwable, Answer> answers(
      HttpServletRequest request, RouteConfiguration route) {
    Function<Throwable, Answer> usual = faults.answersTo(request);
    if (!route.isWebApplication() || !route.access().sessionRequired()) {
      return usual;
    }
    Optional<Answer> login = SignInFirst.again(request, RequestPath.of(request));
    return failure ->
        login
            .filter(any -> failure instanceof Fault fault && fault.id() == ErrorId.SESSION_ENDED)
            .orElseGet(() -> usual.apply(failure));
  }

  private static Optional<Session> session(RouteConfiguration route, CurrentSession current) {
    return route.access().sessionRequired() ? Optional.of(current.require()) : current.find();
  }

  private Passage passageOf(Route route) {
    Passage passage = passages.get(route.configuration().id());
    if (passage == null) {
      throw new IllegalStateException("a route that nobody configured");
    }
    return passage;
  }
}
