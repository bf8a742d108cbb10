package it.cluster;

import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.FakeUpstream;
import it.flow.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Two nodes behind one address, one database, one secret, and a provider that rotates refresh
 * tokens and revokes the family on reuse. Started once for all tests.
 */
final class Cluster implements AutoCloseable {
  /** No test of ours lasts so long. */
  static final Duration LONG = Duration.ofMinutes(5);

  static final Duration LEASE = Duration.ofSeconds(14);

  final Postgresql postgresql;
  final FakeAuthorizationServer provider;

  /** Stands in front of the token endpoint. */
  final TcpProxy tokenEndpoint;

  final Upstream upstream;

  /** Another, that tests play with. */
  final FakeUpstream other = new FakeUpstream();

  final Node a;
  final Node b;

  private final Map<String, String> settings = new HashMap<>();

  Cluster() {
    try {
      postgresql = new Postgresql(Files.createTempDirectory("gatehouse-cluster"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    postgresql.start();
    a = new Node("cluster-a", postgresql.port());
    b = new Node("cluster-b", postgresql.port());
    provider = FakeAuthorizationServer.start(a.registration(), Clock.systemUTC());
    tokenEndpoint = new TcpProxy(provider.issuer().getPort());
    upstream = new Upstream(provider);
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    settings.put("GATEHOUSE_ISSUER", provider.issuer().toString());
    settings.put("GATEHOUSE_CLIENT_ID", provider.settings().clientId());
    settings.put("GATEHOUSE_CLIENT_SECRET", provider.settings().clientSecret().orElseThrow());
    settings.put("GATEHOUSE_BASE_URL", a.app().toString());
    settings.put("GATEHOUSE_SECRET", Base64.getEncoder().encodeToString(secret));
    settings.put("GATEHOUSE_ROUTES", "api other");
    settings.put("GATEHOUSE_ROUTE_API_TARGET", upstream.address().toString());
    settings.put("GATEHOUSE_ROUTE_OTHER_PATH", "/bff/other");
    settings.put("GATEHOUSE_ROUTE_OTHER_TARGET", other.address().toString());
    settings.put("GATEHOUSE_ROUTE_OTHER_METHODS", "GET");
    settings.put("GATEHOUSE_ROUTE_OTHER_WEBSOCKET", "true");
    settings.put("GATEHOUSE_HTTP_READ_TIMEOUT", "6s");
    settings.put("GATEHOUSE_REFRESH_REQUEST_DEADLINE", "6s");
    settings.put("GATEHOUSE_REFRESH_LEASE", LEASE.toSeconds() + "s");
  }

  List<Node> nodes() {
    return List.of(a, b);
  }

  /** Signs this person in, at the address that people know. */
  Visitor signIn(String subject) {
    Browser browser = a.browser();
    browser.open("/auth/login?login_hint=" + subject);
    return new Visitor(
        subject,
        browser
            .cookie(Visitor.COOKIE)
            .orElseThrow(() -> new AssertionError("no session of " + subject)));
  }

  /** Makes these access tokens run out. The next ones live long enough for every test. */
  void expireAccessTokens(Visitor... visitors) {
    Node node = a.isRunning() ? a : b;
    provider.accessTokensLive(Duration.ofSeconds(1));
    for (Visitor visitor : visitors) {
      if (visitor.refresh(node).statusCode() != 200) {
        throw new AssertionError("no refresh for " + visitor.subject());
      }
    }
    provider.accessTokensLive(LONG);
    for (Visitor visitor : visitors) {
      visitor.awaitExpiry(node);
    }
    upstream.forget();
    provider.forgetRequests();
  }

  /** Starts what is not running and undoes what a test did to the world around the nodes. */
  void heal() {
    postgresql.start();
    calm();
    nodes().parallelStream().filter(node -> !node.isRunning()).forEach(this::start);
    nodes().forEach(Node::awaitReady);
  }

  void start(Node node) {
    Map<String, String> environment = new HashMap<>(settings);
    // unnamed statements: their SQL is on the wire each time, for the proxy to see
    environment.put(
        "GATEHOUSE_SESSION_JDBC_URL",
        "jdbc:postgresql://localhost:"
            + node.database().port()
            + "/postgres?user=postgres&prepareThreshold=0");
    node.start(environment);
  }

  void calm() {
    provider.calm();
    provider.accessTokensLive(LONG);
    provider.alterMetadata(
        metadata -> {
          metadata.put(
              "token_endpoint", "http://127.0.0.1:" + tokenEndpoint.port() + Endpoint.TOKEN.path());
          return metadata;
        });
    Stream.of(tokenEndpoint, a.database(), b.database())
        .forEach(
            proxy -> {
              proxy.accept();
              proxy.speak();
            });
  }

  @Override
  public void close() {
    nodes().forEach(Node::close);
    provider.close();
    tokenEndpoint.close();
    upstream.close();
    other.close();
    postgresql.close();
  }

  /** Gives tests the one cluster there is, whole again. */
  static final class Shared implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    @Override
    public void beforeAll(ExtensionContext context) {
      of(context).heal();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
      of(context).heal();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return of(context);
    }

    private static Cluster of(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Cluster.class))
          .getOrComputeIfAbsent(Cluster.class, ignored -> new Cluster(), Cluster.class);
    }
  }
}
