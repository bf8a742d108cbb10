package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatehouse.authorizationserver.NoAnswer.Sent;
import io.gatehouse.config.HttpConfiguration;
import jakarta.ws.rs.core.Form;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  @TempDir private static Path directory;
  private static HttpsServer server;
  private static X509Certificate certificate;

  @BeforeAll
  static void serveWithACertificateForLocalhostAlone() throws Exception {
    Path file = directory.resolve("key.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-alias",
                "tls",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    certificate = (X509Certificate) keys.getCertificate("tls");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  @Test
  void a_configured_certificate_is_trusted() throws NoAnswer {
    assertThat(post("localhost", List.of(certificate)).status()).isEqualTo(204);
  }

  @Test
  void without_it_the_connection_is_refused_and_nothing_sent() {
    NoAnswer noAnswer = catchThrowableOfType(NoAnswer.class, () -> post("localhost", List.of()));

    assertThat(noAnswer.reason()).contains("certificate is not trusted");
    assertThat(noAnswer.sent()).isEqualTo(Sent.NO);
  }

  @Test
  void a_certificate_of_another_host_is_refused_and_nothing_sent() {
    NoAnswer noAnswer =
        catchThrowableOfType(NoAnswer.class, () -> post("127.0.0.1", List.of(certificate)));

    assertThat(noAnswer.reason()).contains("not for this host");
    assertThat(noAnswer.sent()).isEqualTo(Sent.NO);
  }

  @Test
  void what_the_jvm_trusts_stays_trusted() {
    assertThat(Trust.certificates(List.of(certificate)))
        .contains(certificate)
        .containsAll(Trust.certificates(List.of()))
        .hasSizeGreaterThan(1);
  }

  private static Answer post(String host, List<X509Certificate> trusted) throws NoAnswer {
    Duration limit = Duration.ofSeconds(5);
    try (BackChannel backChannel =
        new BackChannel(new HttpConfiguration(limit, limit, trusted), limit)) {
      return backChannel.post(
          URI.create("https://" + host + ":" + server.getAddress().getPort() + "/token"),
          new Form("a", "b"),
          Optional.empty(),
          limit,
          () -> true);
    }
  }
}
