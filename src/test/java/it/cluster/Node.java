package it.cluster;

import io.gatehouse.testing.FakeAuthorizationServer;
import it.flow.Browser;
import it.flow.OwnServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** One server of the cluster, with a way to the database of its own. */
final class Node implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final OwnServer server;
  private final TcpProxy database;

  Node(String name, int databasePort) {
    this.server = OwnServer.production(name);
    this.database = new TcpProxy(databasePort);
  }

  FakeAuthorizationServer.Settings registration() {
    return server.registration();
  }

  TcpProxy database() {
    return database;
  }

  /** The address that people know. */
  URI app() {
    return server.app();
  }

  /** Where a load balancer finds it. */
  URI plainApp() {
    return server.plainApp();
  }

  Browser browser() {
    return server.browser();
  }

  String console() {
    return server.console();
  }

  void start(Map<String, String> settings) {
    server.start(settings);
  }

  void awaitReady() {
    Awaitility.await()
        .atMost(START)
        .failFast("the application did not start", () -> console().contains("CWWKZ0002E"))
        .until(() -> status("/health/ready") == 200);
  }

  /** The status of a plain request without a session; 0 when nobody listens. */
  int status(String path) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(plainApp().resolve(path)).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException refused) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean isRunning() {
    return server.isRunning();
  }

  void kill() {
    server.kill();
  }

  void freeze() {
    server.signal("STOP");
  }

  void thaw() {
    server.signal("CONT");
  }

  /** What a container runtime does before it takes a node away. */
  void askToStop() {
    server.askToStop();
  }

  void awaitStop() {
    server.awaitStop();
  }

  @Override
  public void close() {
    server.close();
    database.close();
  }
}
