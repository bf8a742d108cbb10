package it.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The server under test: the one that {@code mvn verify} starts, or, from an editor, the one that
 * {@code mvn liberty:run} started.
 */
public final class RunningServer {
  private static final int HTTPS_PORT = Integer.getInteger("gatehouse.https.port", 9443);
  private static final int HTTP_PORT = Integer.getInteger("gatehouse.http.port", 9080);
  private static final Path DIRECTORY =
      Path.of(
          System.getProperty(
              "gatehouse.server.dir", "target/liberty/wlp/usr/servers/defaultServer"));

  private RunningServer() {}

  static Path directory() {
    return DIRECTORY;
  }

  /** Gatehouse, at {@code localhost}. */
  public static URI app() {
    return URI.create("https://localhost:" + HTTPS_PORT);
  }

  /** The same server without TLS, as the default route of the gateway calls it. */
  public static URI plainApp() {
    return URI.create("http://localhost:" + HTTP_PORT);
  }

  /** Both of them: TLS is another way into the server, with code of its own. */
  static List<URI> bothApps() {
    return List.of(plainApp(), app());
  }

  /** The embedded authorization server, at {@code 127.0.0.1}: another site. */
  public static URI issuer() {
    return URI.create("https://127.0.0.1:" + HTTPS_PORT + "/oidc/endpoint/OP");
  }

  /** Everything the server has written into its logs so far, file by file. */
  public static List<Path> logFiles() {
    return logFiles(DIRECTORY);
  }

  static List<Path> logFiles(Path serverDirectory) {
    try (Stream<Path> files = Files.walk(serverDirectory.resolve("logs"))) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path keyStore(Path serverDirectory) {
    return serverDirectory.resolve("resources/security/key.p12");
  }

  /** Byte by byte: the access log repeats a path as it came, in whatever encoding. */
  static String textOf(Path log) {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trusts the certificate that the server made for itself, and nothing else. */
  static SSLContext trust() {
    return trust(DIRECTORY);
  }

  static SSLContext trust(Path serverDirectory) {
    try (InputStream file = Files.newInputStream(keyStore(serverDirectory))) {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(file, "changeit".toCharArray());
      KeyStore certificates = KeyStore.getInstance("PKCS12");
      certificates.load(null, null);
      certificates.setCertificateEntry("server", keyStore.getCertificate("default"));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(certificates);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
