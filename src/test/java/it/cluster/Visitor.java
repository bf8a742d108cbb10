package it.cluster;

import io.gatehouse.oauth.SessionId;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Somebody who is signed in, with requests that a load balancer takes to any node. */
final class Visitor {
  static final String COOKIE = "__Host-Http-gatehouse";

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          .build();

  private final String subject;
  private final String cookie;

  Visitor(String subject, String cookie) {
    this.subject = subject;
    this.cookie = cookie;
  }

  String subject() {
    return subject;
  }

  /** Somebody with the cookie of a session that no node knows. */
  static Visitor unknown() {
    return new Visitor("unknown", SessionId.random(new SecureRandom()).reveal());
  }

  /** Under which the database knows the session. */
  String idHash() {
    return SessionId.parse(cookie).orElseThrow().hash();
  }

  /** A call of the protected resource. */
  HttpResponse<String> call(Node node) {
    return join(startCall(node));
  }

  /** As {@link #call}, by somebody who waits no longer than this. */
  HttpResponse<String> callWithin(Duration patience, Node node) {
    return join(send(request(node, "/bff/v1/user/profile").timeout(patience)));
  }

  CompletableFuture<HttpResponse<String>> startCall(Node node) {
    return send(request(node, "/bff/v1/user/profile"));
  }

  /** A navigation, as by typing the address of a page. */
  HttpResponse<String> open(Node node, String path) {
    return join(send(request(node, path).header("Sec-Fetch-Mode", "navigate")));
  }

  HttpResponse<String> refresh(Node node) {
    return join(startRefresh(node));
  }

  CompletableFuture<HttpResponse<String>> startRefresh(Node node) {
    return send(request(node, "/auth/refresh").POST(BodyPublishers.noBody()));
  }

  JsonObject session(Node node) {
    String body = join(send(request(node, "/auth/session?peek=true"))).body();
    try (JsonReader reader = Json.createReader(new StringReader(body))) {
      return reader.readObject();
    }
  }

  boolean isSignedIn(Node node) {
    return session(node).getBoolean("signed_in");
  }

  void awaitExpiry(Node node) {
    Instant expiry = Instant.parse(session(node).getString("access_token_expires_at"));
    Awaitility.await().pollDelay(Duration.ZERO).until(() -> Instant.now().isAfter(expiry));
  }

  /**
   * Calls again and again, as a page does that is told to come back later.
   *
   * @return the first answer that is not 503; all before it had a {@code Retry-After}
   */
  HttpResponse<String> callUntilAnswered(Node node) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              HttpResponse<String> answer = call(node);
              if (answer.statusCode() == 503
                  && answer.headers().firstValue("Retry-After").isEmpty()) {
                throw new AssertionError("503 without Retry-After");
              }
              return answer;
            },
            answer -> answer.statusCode() != 503);
  }

  /**
   * Opens a WebSocket from a page of the site.
   *
   * @return how it is closed from the other side, once it is
   */
  CompletableFuture<String> openWebSocket(Node node, URI site, String path) {
    CompletableFuture<String> closed = new CompletableFuture<>();
    URI app = node.plainApp();
    HTTP.newWebSocketBuilder()
        .header("Cookie", COOKIE + "=" + cookie)
        .header("Origin", site.toString())
        .buildAsync(
            URI.create("ws://" + app.getAuthority() + path),
            new WebSocket.Listener() {
              @Override
              public @Nullable CompletionStage<?> onClose(
                  WebSocket socket, int status, String reason) {
                closed.complete(status + " " + reason);
                return null;
              }

              @Override
              public void onError(WebSocket socket, Throwable failed) {
                closed.completeExceptionally(failed);
              }
            })
        .join();
    return closed;
  }

  private HttpRequest.Builder request(Node node, String path) {
    return HttpRequest.newBuilder(node.plainApp().resolve(path))
        .timeout(Duration.ofSeconds(30))
        .header("Cookie", COOKIE + "=" + cookie)
        .header("X-CSRF", "1");
  }

  private static CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> join(CompletableFuture<HttpResponse<String>> answer) {
    try {
      return answer.join();
    } catch (CompletionException failed) {
      throw new AssertionError("no answer", failed.getCause());
    }
  }
}
