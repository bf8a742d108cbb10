package io.gatehouse.authorizationserver;

import jakarta.ws.rs.ProcessingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.glassfish.jersey.client.ClientRequest;
import org.glassfish.jersey.client.ClientResponse;
import org.glassfish.jersey.client.spi.AsyncConnectorCallback;
import org.glassfish.jersey.client.spi.Connector;
import org.glassfish.jersey.message.internal.Statuses;

/**
 * Carries Jersey's requests over {@code java.net.http} within a whole time limit and a size cap.
 *
 * <p>Jersey's own connector for that client cannot serve here: it ignores the connect time limit,
 * reads the body without any limit, and takes no executor (3.1.11).
 */
final class BoundedConnector implements Connector {
  /** Request property: the {@link Dispatch} of this request. */
  static final String DISPATCH = "io.gatehouse.dispatch";

  private final HttpClient client;
  private final Duration readTimeout;
  private final int maxBody;

  BoundedConnector(HttpClient client, Duration readTimeout, int maxBody) {
    this.client = client;
    this.readTimeout = readTimeout;
    this.maxBody = maxBody;
  }

  @Override
  public ClientResponse apply(ClientRequest request) {
    Dispatch dispatch = (Dispatch) request.getProperty(DISPATCH);
    HttpRequest outgoing = outgoing(request, dispatch);
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(outgoing, info -> new CappedBody(maxBody));
    try {
      return incoming(request, exchange.get(dispatch.remaining().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new ProcessingException(e);
    } catch (ExecutionException e) {
      throw new ProcessingException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessingException(e);
    } finally {
      // nothing to a finished exchange; closes the connection of any other
      exchange.cancel(true);
    }
  }

  private HttpRequest outgoing(ClientRequest request, Dispatch dispatch) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.getUri())
            .timeout(readTimeout)
            .method(request.getMethod(), body(request, dispatch));
    request
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    return builder.build();
  }

  private static BodyPublisher body(ClientRequest request, Dispatch dispatch) {
    if (!request.hasEntity()) {
      return BodyPublishers.noBody();
    }
    ByteArrayOutputStream entity = new ByteArrayOutputStream();
    request.setStreamProvider(contentLength -> entity);
    try {
      request.writeEntity();
    } catch (IOException e) {
      throw new ProcessingException(e);
    }
    return dispatch.guard(entity.toByteArray());
  }

  private static ClientResponse incoming(ClientRequest request, HttpResponse<byte[]> response) {
    ClientResponse incoming = new ClientResponse(Statuses.from(response.statusCode()), request);
    response.headers().map().forEach((name, values) -> incoming.headers(name, values.toArray()));
    incoming.setEntityStream(new ByteArrayInputStream(response.body()));
    return incoming;
  }

  @Override
  public Future<?> apply(ClientRequest request, AsyncConnectorCallback callback) {
    throw new UnsupportedOperationException("the back channel has no asynchronous calls");
  }

  @Override
  public String getName() {
    return "Gatehouse";
  }

  @Override
  public void close() {}
}
