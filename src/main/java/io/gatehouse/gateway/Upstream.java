package io.gatehouse.gateway;

import io.gatehouse.config.HttpConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.web.BearerPropagation;
import io.gatehouse.web.RequestRefused;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.glassfish.jersey.client.ClientConfig;
import org.glassfish.jersey.client.ClientProperties;
import org.glassfish.jersey.client.JerseyClientBuilder;
import org.glassfish.jersey.jnh.connector.JavaNetHttpClientProperties;
import org.glassfish.jersey.jnh.connector.JavaNetHttpConnectorProvider;
import org.jspecify.annotations.Nullable;

/** The one way out to protected resources: no redirects, no cookies, bounded in size and time. */
public final class Upstream implements AutoCloseable {
  static final int MAX_BODY = 1024 * 1024;

  private final Client client;
  private final ScheduledExecutorService alarms =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "gatehouse-gateway-deadline");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param tls whom to trust: the JVM's own authorities and the configured certificates
   * @param bearer adds the access token, after and over everything else
   */
  public Upstream(HttpConfiguration http, SSLContext tls, BearerPropagation bearer) {
    ClientConfig config =
        new ClientConfig()
            .connectorProvider(new JavaNetHttpConnectorProvider())
            .property(ClientProperties.FOLLOW_REDIRECTS, false)
            .property(ClientProperties.CONNECT_TIMEOUT, millis(http.connectTimeout()))
            .property(ClientProperties.SUPPRESS_HTTP_COMPLIANCE_VALIDATION, true)
            // no upgrade attempt on plain connections
            .property(JavaNetHttpClientProperties.HTTP_VERSION, HttpClient.Version.HTTP_1_1)
            .register(bearer);
    // never ClientBuilder.newBuilder(): in the server that is the container's own client
    this.client = new JerseyClientBuilder().withConfig(config).sslContext(tls).build();
  }

  UpstreamResponse call(UpstreamRequest request) {
    try (Response response = send(request)) {
      return UpstreamResponse.of(
          response.getStatus(), response.getStringHeaders(), body(response, request.timeout()));
    } catch (ProcessingException e) {
      throw faultOf(e);
    }
  }

  private Response send(UpstreamRequest request) {
    Invocation.Builder call =
        client
            .target(request.address())
            .request()
            .headers(new MultivaluedHashMap<>(request.fields()))
            .property(ClientProperties.READ_TIMEOUT, millis(request.timeout()));
    if (request.body().length == 0) {
      return call.method(request.method());
    }
    MediaType type = request.type().orElse(MediaType.APPLICATION_OCTET_STREAM_TYPE);
    return call.method(request.method(), Entity.entity(request.body(), type));
  }

  /** The read time-out ends with the header: a body that drips needs an end of its own. */
  private byte[] body(Response response, Duration timeout) {
    InputStream body = response.readEntity(InputStream.class);
    AtomicBoolean isLate = new AtomicBoolean();
    ScheduledFuture<?> alarm =
        alarms.schedule(
            () -> {
              isLate.set(true);
              closeQuietly(body);
            },
            timeout.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      byte[] bytes = body.readNBytes(MAX_BODY + 1);
      if (isLate.get()) {
        throw tooLate();
      }
      if (bytes.length > MAX_BODY) {
        throw new RequestRefused(ErrorId.UPSTREAM_UNREACHABLE, "Its answer is too large.");
      }
      return bytes;
    } catch (IOException e) {
      throw isLate.get() ? tooLate() : unreachable();
    } finally {
      alarm.cancel(false);
    }
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // closing is how the reader is told; there is nobody else to tell
    }
  }

  private static Fault faultOf(ProcessingException failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Fault fault) {
        return fault;
      }
      if (cause instanceof HttpTimeoutException) {
        return tooLate();
      }
    }
    return unreachable();
  }

  private static Fault tooLate() {
    return new RequestRefused(
        ErrorId.UPSTREAM_TIMEOUT, "It did not answer within its time limit; try again later.");
  }

  private static Fault unreachable() {
    return new RequestRefused(
        ErrorId.UPSTREAM_UNREACHABLE, "It does not answer as it should; try again later.");
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  @Override
  public void close() {
    alarms.shutdownNow();
    client.close();
  }
}
