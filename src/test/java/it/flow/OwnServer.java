package it.flow;

import io.gatehouse.testing.FakeAuthorizationServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;

/**
 * Another server beside {@link RunningServer}, with an environment of its own: the same runtime,
 * the same WAR, started as a container image or {@code mvn liberty:run} starts it.
 */
public final class OwnServer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(5);

  private final Path directory;
  private final int httpPort = freePort();
  private final int httpsPort = freePort();
  private Process process;

  private OwnServer(String name) {
    this.directory = RunningServer.directory().resolveSibling(name);
  }

  /** With the development include, as {@code mvn liberty:run} has it. */
  public static OwnServer development(String name) {
    return new OwnServer(name).copy("dev.xml", "provider-pages.war");
  }

  /** What the Dockerfile packs, and nothing else. */
  public static OwnServer production(String name) {
    return new OwnServer(name).copy();
  }

  private OwnServer copy(String... more) {
    delete(directory);
    Stream.concat(
            Stream.of("server.xml", "jvm.options", "bootstrap.properties", "jdbc", "apps"),
            Stream.of(more))
        .forEach(name -> copy(RunningServer.directory().resolve(name), directory.resolve(name)));
    return this;
  }

  /** Starts it and waits until the server, though not necessarily the application, is up. */
  public OwnServer start(Map<String, String> environment) {
    Path wlp = directory.getParent().getParent().getParent();
    ProcessBuilder builder =
        new ProcessBuilder(
            wlp.resolve("bin/server").toString(), "run", directory.getFileName().toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("GATEHOUSE_"));
    builder.environment().put("HTTP_PORT", String.valueOf(httpPort));
    builder.environment().put("HTTPS_PORT", String.valueOf(httpsPort));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output().toFile());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .atMost(START)
        .failFast("the server ended: " + output(), () -> !process.isAlive())
        .until(() -> console().contains("CWWKF0011I"));
    return this;
  }

  /** Stops it in good order and starts it again. */
  void restart(Map<String, String> environment) {
    stop();
    start(environment);
  }

  public URI app() {
    return URI.create("https://localhost:" + httpsPort);
  }

  /** The same without TLS, as behind a load balancer that ends it. */
  public URI plainApp() {
    return URI.create("http://localhost:" + httpPort);
  }

  public Browser browser() {
    return new Browser(app(), trust());
  }

  /** The file with the key and certificate that the server made for {@code localhost}. */
  public Path keyStore() {
    return RunningServer.keyStore(directory);
  }

  SSLContext trust() {
    return RunningServer.trust(directory);
  }

  /** The registration of this server at a fake provider on any port. */
  public FakeAuthorizationServer.Settings registration() {
    FakeAuthorizationServer.Settings usual = FakeAuthorizationServer.Settings.DEFAULT;
    return new FakeAuthorizationServer.Settings(
        0,
        usual.clientId(),
        usual.clientSecret(),
        Set.of(app().resolve("/auth/callback").toString()),
        usual.accessTokenLife());
  }

  /** All that the process has printed. */
  public String console() {
    try {
      return Files.exists(output()) ? Files.readString(output()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What its threads do just now. */
  String threads() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(ProcessHandle::pid)
        .map(OwnServer::threads)
        .collect(Collectors.joining());
  }

  private static String threads(long pid) {
    try {
      Process tool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                  String.valueOf(pid))
              .redirectErrorStream(true)
              .start();
      return new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Path> logFiles() {
    return RunningServer.logFiles(directory);
  }

  private Path output() {
    return directory.resolve("console.txt");
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Asks it to stop, as Ctrl-C and container runtimes do: it ends in good order. */
  public void askToStop() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  public void awaitStop() {
    Awaitility.await().atMost(START).until(() -> !process.isAlive());
  }

  private void stop() {
    askToStop();
    awaitStop();
  }

  /** {@code kill -9}. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    awaitStop();
  }

  /** Sends a POSIX signal, such as {@code STOP} and {@code CONT}, to every process of it. */
  public void signal(String name) {
    Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(ProcessHandle::pid)
        .forEach(pid -> run("kill", "-" + name, String.valueOf(pid)));
  }

  private static void run(String... command) {
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (isRunning()) {
      stop();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
