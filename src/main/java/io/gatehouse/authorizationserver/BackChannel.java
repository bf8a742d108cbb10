package io.gatehouse.authorizationserver;

import io.gatehouse.authorizationserver.NoAnswer.Sent;
import io.gatehouse.config.HttpConfiguration;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.glassfish.jersey.client.ClientConfig;
import org.glassfish.jersey.client.JerseyClientBuilder;

/**
 * The one way out to authorization servers, with every limit of security rule 9: no redirects, a
 * whole deadline, caps on body, header and concurrent calls, nothing compressed.
 *
 * <p>Built by Jersey's own builder: inside the server {@code ClientBuilder.newBuilder()} is another
 * product's client.
 */
public final class BackChannel implements AutoCloseable {
  private static final int MAX_BODY = 1024 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_HEADER_CHARACTERS = 32 * 1024;
  private static final int MAX_CALLS_PER_ORIGIN = 32;
  private static final int THREADS = 8;
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

  private final Duration deadline;
  private final ExecutorService executor;
  private final Client client;
  private final Map<String, Semaphore> callsByOrigin = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param deadline whole time limit of one request, from call to the last byte of the answer
   */
  public BackChannel(HttpConfiguration http, Duration deadline) {
    this.deadline = deadline;
    this.executor = Executors.newFixedThreadPool(THREADS, BackChannel::daemon);
    HttpClient transport =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(http.connectTimeout())
            .sslContext(Trust.withAdditional(http.trustedCertificates()))
            .executor(executor)
            .build();
    BoundedConnector connector = new BoundedConnector(transport, http.readTimeout(), MAX_BODY);
    this.client =
        new JerseyClientBuilder()
            .withConfig(new ClientConfig().connectorProvider((ignored, config) -> connector))
            .build();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "gatehouse-back-channel");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether we talk to this address at all: https, or plain http to this very host. */
  static boolean permits(URI address) {
    return address.getHost() != null
        && address.getRawUserInfo() == null
        && address.getRawFragment() == null
        && ("https".equals(address.getScheme()) || isLoopbackHttp(address));
  }

  static boolean isLoopbackHttp(URI address) {
    return "http".equals(address.getScheme()) && LOOPBACK.matcher(address.getHost()).matches();
  }

  Duration deadline() {
    return deadline;
  }

  Answer get(URI address, Optional<String> authorization, Duration limit) throws NoAnswer {
    return call(
        address, () -> request(address, authorization).buildGet(), new Dispatch(limit, () -> true));
  }

  Answer post(
      URI address, Form form, Optional<String> authorization, Duration limit, RefreshFence fence)
      throws NoAnswer {
    return call(
        address,
        () -> request(address, authorization).buildPost(Entity.form(form)),
        new Dispatch(limit, fence));
  }

  private Invocation.Builder request(URI address, Optional<String> authorization) {
    Invocation.Builder request =
        client
            .target(address)
            .request()
            .header("Accept", "application/json")
            .header("Accept-Encoding", "identity")
            .header("User-Agent", "Gatehouse");
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private Answer call(URI address, Supplier<Invocation> request, Dispatch dispatch)
      throws NoAnswer {
    if (!permits(address)) {
      throw new IllegalArgumentException("https, or http to a loopback host");
    }
    Semaphore calls =
        callsByOrigin.computeIfAbsent(
            address.getRawAuthority(), origin -> new Semaphore(MAX_CALLS_PER_ORIGIN));
    if (!calls.tryAcquire()) {
      throw new NoAnswer(Sent.NO, "too many requests are waiting for it");
    }
    try {
      Invocation invocation = request.get().property(BoundedConnector.DISPATCH, dispatch);
      return checked(invocation.invoke(), dispatch);
    } catch (ProcessingException | IllegalArgumentException failure) {
      throw NoAnswer.because(dispatch.sent(), failure);
    } catch (RuntimeException failure) {
      if (closed) {
        // Jersey falls apart in several ways when closed in the middle of a call
        throw new NoAnswer(dispatch.sent(), "we are shutting down");
      }
      throw failure;
    } finally {
      calls.release();
    }
  }

  private static Answer checked(Response response, Dispatch dispatch) throws NoAnswer {
    Map<String, List<String>> headers = strings(response.getStringHeaders());
    int characters =
        headers.entrySet().stream()
            .mapToInt(
                header ->
                    header.getValue().stream()
                        .mapToInt(value -> header.getKey().length() + value.length())
                        .sum())
            .sum();
    int count = headers.values().stream().mapToInt(List::size).sum();
    if (count > MAX_HEADERS || characters > MAX_HEADER_CHARACTERS) {
      throw new NoAnswer(dispatch.sent(), "its answer has too many headers");
    }
    String encoding = String.valueOf(response.getHeaderString("Content-Encoding"));
    if (!encoding.equals("null") && !encoding.equalsIgnoreCase("identity")) {
      // never asked for, so never unpacked: what arrives is what the cap has counted
      throw new NoAnswer(dispatch.sent(), "its answer is compressed");
    }
    return new Answer(response.getStatus(), headers, body(response));
  }

  /** Not by {@code readEntity}, which stumbles over a Content-Type that is none. */
  private static byte[] body(Response response) {
    try (InputStream body = (InputStream) response.getEntity()) {
      return body.readAllBytes();
    } catch (IOException e) {
      throw new ProcessingException(e);
    }
  }

  private static Map<String, List<String>> strings(MultivaluedMap<String, String> headers) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    headers.forEach((name, values) -> copy.put(name, new ArrayList<>(values)));
    return copy;
  }

  @Override
  public void close() {
    closed = true;
    client.close();
    executor.shutdownNow();
  }
}
