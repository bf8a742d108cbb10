package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeAuthorizationServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A database that is started after the server, and is empty then. */
class LateDatabaseIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void a_server_whose_database_comes_later_is_ready_then_and_not_before() throws Exception {
    int port = freePort();
    OwnServer server = OwnServer.development("late-database");
    try (FakeAuthorizationServer provider =
            FakeAuthorizationServer.start(server.registration(), Clock.systemUTC());
        server) {
      server.start(
          Map.of(
              "GATEHOUSE_SESSION_JDBC_URL",
              "jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=2&socketTimeout=3",
              "GATEHOUSE_SESSION_JDBC_USER",
              "postgres",
              "GATEHOUSE_ISSUER",
              provider.issuer().toString(),
              "GATEHOUSE_CLIENT_ID",
              provider.settings().clientId(),
              "GATEHOUSE_CLIENT_SECRET",
              provider.settings().clientSecret().orElseThrow(),
              "GATEHOUSE_SCOPES",
              "openid read write",
              "GATEHOUSE_BASE_URL",
              server.app().toString()));
      Browser browser = server.browser();
      assertThat(store(browser)).contains("503", "\"store\":\"not usable\"");
      assertThat(browser.fetch("GET", "/auth/session", null).status()).isEqualTo(200);

      try (EmbeddedPostgres database = EmbeddedPostgres.builder().setPort(port).start()) {
        assertThat(database.getPort()).isEqualTo(port);
        Awaitility.await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(store(browser)).contains("200", "\"store\":\"usable\""));
        browser.open("/auth/login?return_to=/account");
        assertThat(browser.fetch("GET", "/bff/v1/user/profile", null).status()).isEqualTo(200);
      }
    }
    assertThat(server.console().split("The database cannot be used", -1)).hasSize(2);
    assertThat(server.console()).contains("The tables of the database are ready");
  }

  private static String store(Browser browser) {
    Visit health = browser.fetch("GET", "/health/ready", null);
    return health.status() + health.body();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
