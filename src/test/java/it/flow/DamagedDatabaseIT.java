package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeAuthorizationServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the sessions is damaged while the server is down. */
class DamagedDatabaseIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void everybody_signs_in_again_and_nobody_has_to_mend_anything(@TempDir Path data)
      throws Exception {
    Path file = data.resolve("gatehouse.mv.db");
    byte[] garbage = new byte[20_000];
    new Random(1).nextBytes(garbage);
    Files.write(file, garbage);
    OwnServer server = OwnServer.development("damaged-database");
    try (FakeAuthorizationServer provider =
            FakeAuthorizationServer.start(server.registration(), Clock.systemUTC());
        server) {
      server.start(
          Map.of(
              "GATEHOUSE_SESSION_JDBC_URL",
              "jdbc:h2:file:" + data.resolve("gatehouse") + ";MODE=PostgreSQL;WRITE_DELAY=0",
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
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(browser.fetch("GET", "/health/ready", null).status()).isEqualTo(200));
      browser.open("/auth/login?return_to=/account");
      assertThat(browser.fetch("GET", "/bff/v1/user/profile", null).status()).isEqualTo(200);
    }
    try (Stream<Path> files = Files.list(data)) {
      Path kept = files.filter(path -> path.toString().contains(".damaged-")).findFirst().get();
      assertThat(Files.readAllBytes(kept)).isEqualTo(garbage);
      assertThat(server.console()).contains("was moved to " + kept);
    }
  }
}
