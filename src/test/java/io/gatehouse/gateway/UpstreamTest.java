package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gatehouse.config.HttpConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.web.BearerPropagation;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.TokenHolder;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamTest {
  private static final Duration TIMEOUT = Duration.ofMillis(400);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);
  private final TokenHolder holder =
      new TokenHolder() {
        @Override
        public Secret accessToken() {
          return token();
        }
      };
  private HttpServer server;
  private Upstream upstream;

  Secret token() {
    return Secret.of("the-access-token");
  }

  @BeforeEach
  void start() throws IOException, NoSuchAlgorithmException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    upstream =
        new Upstream(
            new HttpConfiguration(Duration.ofSeconds(2), Duration.ofSeconds(5), List.of()),
            SSLContext.getDefault(),
            new BearerPropagation(holder));
  }

  @AfterEach
  void stop() {
    over.countDown();
    upstream.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void the_token_of_the_session_replaces_whatever_authorization_there_was() {
    List<String> seen = new ArrayList<>();
    serve(
        exchange -> {
          seen.addAll(exchange.getRequestHeaders().get("Authorization"));
          answer(exchange, 200, "{}");
        });
    UpstreamRequest request = get("/x");
    request.fields().putSingle("Authorization", "Bearer of-the-client");
    upstream.call(request);
    assertThat(seen).containsExactly("Bearer the-access-token");
  }

  @Test
  void method_body_and_type_arrive() {
    List<String> seen = new ArrayList<>();
    serve(
        exchange -> {
          seen.add(exchange.getRequestMethod());
          seen.add(exchange.getRequestHeaders().getFirst("Content-Type"));
          seen.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          answer(exchange, 200, "{}");
        });
    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      upstream.call(
          new UpstreamRequest(
              method,
              address("/x"),
              new MultivaluedHashMap<>(),
              Optional.of(MediaType.APPLICATION_JSON_TYPE),
              "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
              TIMEOUT));
    }
    assertThat(seen)
        .containsExactly(
            "PUT",
            "application/json",
            "{\"a\":1}",
            "PATCH",
            "application/json",
            "{\"a\":1}",
            "DELETE",
            "application/json",
            "{\"a\":1}");
  }

  @Test
  void harmless_fields_come_down_and_no_others() {
    serve(
        exchange -> {
          for (String name :
              List.of(
                  "Set-Cookie",
                  "Access-Control-Allow-Origin",
                  "Content-Security-Policy",
                  "Strict-Transport-Security",
                  "Clear-Site-Data",
                  "WWW-Authenticate",
                  "Location",
                  "Refresh",
                  "Cache-Control",
                  "Server",
                  "X-Powered-By",
                  "Service-Worker-Allowed")) {
            exchange.getResponseHeaders().set(name, "x");
          }
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("ETag", "\"1\"");
          answer(exchange, 404, "{\"no\":1}");
        });
    UpstreamResponse response = upstream.call(get("/x"));
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.fields().keySet())
        .map(name -> name.toLowerCase(java.util.Locale.ROOT))
        .containsExactlyInAnyOrder("content-type", "etag");
    assertThat(response.body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"no\":1}");
  }

  @Test
  void a_redirect_is_not_followed() {
    List<String> seen = new ArrayList<>();
    serve(
        exchange -> {
          seen.add(exchange.getRequestURI().getPath());
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          answer(exchange, 302, "");
        });
    assertThat(upstream.call(get("/x")).status()).isEqualTo(302);
    assertThat(seen).containsExactly("/x");
  }

  @Test
  void a_cookie_of_one_answer_is_in_no_later_request() {
    List<List<String>> seen = new ArrayList<>();
    serve(
        exchange -> {
          seen.add(exchange.getRequestHeaders().get("Cookie"));
          exchange.getResponseHeaders().set("Set-Cookie", "user=alice; Path=/");
          answer(exchange, 200, "{}");
        });
    upstream.call(get("/x"));
    upstream.call(get("/x"));
    assertThat(seen).containsExactly(null, null);
  }

  @Test
  void an_answer_over_the_limit_is_not_passed_on() {
    serve(exchange -> answer(exchange, 200, "x".repeat(Upstream.MAX_BODY + 1)));
    assertThat(refused("/x")).isEqualTo(ErrorId.UPSTREAM_UNREACHABLE);
  }

  @Test
  void an_upstream_that_does_not_answer_is_a_time_out() {
    serve(exchange -> awaitEnd());
    assertThat(refused("/x")).isEqualTo(ErrorId.UPSTREAM_TIMEOUT);
  }

  @Test
  void an_upstream_that_stalls_within_its_answer_is_a_time_out() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitEnd();
        });
    assertThat(refused("/x")).isEqualTo(ErrorId.UPSTREAM_TIMEOUT);
  }

  @Test
  void an_upstream_that_is_not_there_is_unreachable() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    UpstreamRequest request = to(URI.create("http://127.0.0.1:" + port + "/x"));
    assertThat(catchThrowableOfType(Fault.class, () -> upstream.call(request)).id())
        .isEqualTo(ErrorId.UPSTREAM_UNREACHABLE);
  }

  @Test
  void an_upstream_that_hangs_up_halfway_is_unreachable() throws IOException {
    try (ServerSocket half = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      threads.submit(
          () -> {
            try (Socket socket = half.accept()) {
              socket.getInputStream().read(new byte[8192]);
              socket
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
                          .getBytes(StandardCharsets.US_ASCII));
            }
            return null;
          });
      UpstreamRequest request = to(URI.create("http://127.0.0.1:" + half.getLocalPort() + "/x"));
      assertThat(catchThrowableOfType(Fault.class, () -> upstream.call(request)).id())
          .isEqualTo(ErrorId.UPSTREAM_UNREACHABLE);
    }
  }

  @Test
  void no_token_to_be_had_is_told_as_it_is() throws NoSuchAlgorithmException {
    TokenHolder signedOut =
        new TokenHolder() {
          @Override
          public Secret accessToken() {
            throw new RequestRefused(ErrorId.SESSION_ENDED, "ended meanwhile");
          }
        };
    try (Upstream without =
        new Upstream(
            new HttpConfiguration(Duration.ofSeconds(2), Duration.ofSeconds(5), List.of()),
            SSLContext.getDefault(),
            new BearerPropagation(signedOut))) {
      assertThat(catchThrowableOfType(Fault.class, () -> without.call(get("/x"))).id())
          .isEqualTo(ErrorId.SESSION_ENDED);
    }
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private void serve(Handler handler) {
    server.createContext(
        "/",
        exchange -> {
          try {
            handler.handle(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            exchange.close();
          }
        });
  }

  private void awaitEnd() throws InterruptedException {
    over.await();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private ErrorId refused(String path) {
    return catchThrowableOfType(Fault.class, () -> upstream.call(get(path))).id();
  }

  private UpstreamRequest get(String path) {
    return to(address(path));
  }

  private static UpstreamRequest to(URI address) {
    return new UpstreamRequest(
        "GET", address, new MultivaluedHashMap<>(), Optional.empty(), new byte[0], TIMEOUT);
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }
}
