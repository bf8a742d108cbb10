package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration.Limits;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * One handshake on its way to a protected resource and back (RFC 6455 §4). Its thread waits: a
 * browser's connection can only be taken over by the thread that its request came with.
 */
final class Opening {
  /** Longest answer that is passed on instead of a WebSocket; of a longer one the rest is left. */
  private static final int SMALL = 32 * 1024;

  private final Upstream upstream;
  private final Passage passage;
  private final UpstreamRequest call;
  private final Handshake handshake;
  private final Bearer bearer;
  private final Function<EndPoint, Tunnel> tunnels;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private boolean isRepeated;

  /**
   * @param call with what asks for a WebSocket
   * @param bearer that works on the thread that asks
   * @param tunnels makes one of a connection to the protected resource
   */
  Opening(
      Upstream upstream,
      Passage passage,
      UpstreamRequest call,
      Handshake handshake,
      Bearer bearer,
      Function<EndPoint, Tunnel> tunnels,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.upstream = upstream;
    this.passage = passage;
    this.call = call;
    this.handshake = handshake;
    this.bearer = bearer;
    this.tunnels = tunnels;
    this.request = request;
    this.response = response;
  }

  /** What came back: a tunnel, or an answer that opens none. */
  private record Outcome(Response answer, Optional<Tunnel> tunnel, byte[] body) {}

  /**
   * Lets the browser in, or passes on what was answered instead.
   *
   * @throws Fault when there is nothing to pass on
   */
  void open() {
    bearer.have(this::send, Opening::fail);
  }

  private void send(Optional<Secret> token) {
    Outcome outcome = ask(token);
    if (outcome.tunnel().isPresent()) {
      Handshake.copy(outcome.answer(), response);
      Upgraded.enter(request, outcome.tunnel().get());
      return;
    }
    int status = outcome.answer().getStatus();
    if (status < HttpStatus.BAD_REQUEST_400) {
      throw notOpened();
    }
    if (status == HttpStatus.UNAUTHORIZED_401 || status == HttpStatus.FORBIDDEN_403) {
      Optional<Fault> wanted = passage.wanted(Challenge.of(outcome.answer()), bearer.session());
      if (wanted.isPresent()) {
        throw wanted.get();
      }
      if (status == HttpStatus.UNAUTHORIZED_401 && token.isPresent() && !isRepeated) {
        isRepeated = true;
        bearer.younger(this::send, () -> pass(outcome), Opening::fail);
        return;
      }
    }
    pass(outcome);
  }

  private void pass(Outcome outcome) {
    response.setStatus(outcome.answer().getStatus());
    passage.responseFields().copy(outcome.answer(), call.address(), response);
    try {
      response.getOutputStream().write(outcome.body());
    } catch (IOException gone) {
      // the browser has left; there is nobody to tell
    }
  }

  private Outcome ask(Optional<Secret> token) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Limits limits = passage.route().limits();
    Request asked =
        upstream
            .request(call, limits.timeout())
            .timeout(limits.timeout().toMillis(), TimeUnit.MILLISECONDS)
            .attribute(
                HttpUpgrader.Factory.class.getName(),
                (HttpUpgrader.Factory) version -> new Upgrader(handshake, tunnels, outcome));
    // last, over everything else (rule 21)
    token.ifPresent(
        value ->
            asked.headers(
                fields -> fields.put(HttpHeader.AUTHORIZATION, "Bearer " + value.reveal())));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    asked.onResponseContent((answer, piece) -> keep(piece, body));
    asked.send(result -> complete(outcome, result, body));
    try {
      return outcome.get();
    } catch (ExecutionException failed) {
      Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
      throw Exchange.fault(cause, upstream, passage.route().id());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      var unused = asked.abort(stopping);
      throw Exchange.fault(new TimeoutException(), upstream, passage.route().id());
    }
  }

  private static void keep(ByteBuffer piece, ByteArrayOutputStream body) {
    byte[] bytes = new byte[Math.min(piece.remaining(), SMALL - body.size())];
    piece.get(bytes);
    body.writeBytes(bytes);
    piece.position(piece.limit());
  }

  private static void complete(
      CompletableFuture<Outcome> outcome, Result result, ByteArrayOutputStream body) {
    if (result.isFailed()) {
      outcome.completeExceptionally(result.getFailure());
    } else {
      outcome.complete(new Outcome(result.getResponse(), Optional.empty(), body.toByteArray()));
    }
  }

  private static void fail(Throwable cause) {
    throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  private static RequestRefused notOpened() {
    return new RequestRefused(
        ErrorId.UPSTREAM_UNREACHABLE, "It answers, but opens no WebSocket as one should.");
  }

  /** Makes a tunnel of the connection that an answer 101 came by, if it answers this handshake. */
  private record Upgrader(
      Handshake handshake, Function<EndPoint, Tunnel> tunnels, CompletableFuture<Outcome> outcome)
      implements HttpUpgrader {
    @Override
    public void prepare(Request request) {
      // it has its fields already
    }

    @Override
    public void upgrade(Response answer, EndPoint connection, Callback callback) {
      if (!handshake.isAcceptedBy(answer)) {
        connection.close();
        callback.failed(notOpened());
        return;
      }
      Tunnel tunnel = tunnels.apply(connection);
      callback.succeeded();
      if (!outcome.complete(new Outcome(answer, Optional.of(tunnel), new byte[0]))) {
        tunnel.end(Ending.CUT);
      }
    }
  }
}
