package io.gatehouse.testing;

import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A real authorization server on a loopback port, strict by nature and hostile on demand: rotates
 * refresh tokens, revokes the family on reuse, and plays any {@link Mischief}, once or until told
 * to be calm. Remembers every request.
 */
public final class FakeAuthorizationServer implements AutoCloseable {
  /** A resource to have tokens for (RFC 8707). */
  public static final String RESOURCE = "https://orders.example/";

  /**
   * @param port 0 for any free one
   * @param clientSecret empty for a public client
   */
  public record Settings(
      int port,
      String clientId,
      Optional<String> clientSecret,
      Set<String> redirectUris,
      Duration accessTokenLife) {
    public static final Settings DEFAULT =
        new Settings(
            0,
            "gatehouse",
            Optional.of("fake-secret"),
            Set.of("https://localhost:9443/auth/callback"),
            Duration.ofMinutes(5));
  }

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(FakeAuthorizationServer::daemon);
  private final Grants grants = new Grants();
  private final FakeProtocol protocol;
  private final Settings settings;
  private final Clock clock;
  private final Map<Endpoint, Queue<Mischief>> once = new ConcurrentHashMap<>();
  private final Map<Endpoint, Mischief> always = new ConcurrentHashMap<>();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

  private FakeAuthorizationServer(Settings settings, Clock clock) throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", settings.port()), 200);
    this.protocol = new FakeProtocol(issuer().toString(), settings, clock, grants);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeAuthorizationServer start() {
    return start(Settings.DEFAULT, Clock.systemUTC());
  }

  public static FakeAuthorizationServer start(Settings settings, Clock clock) {
    try {
      return new FakeAuthorizationServer(settings, clock);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "fake-authorization-server");
    thread.setDaemon(true);
    return thread;
  }

  /** Another provider for a person or a test: port, client id, secret ("-" for none), callbacks. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length < 4) {
      System.err.println("usage: port client-id client-secret|- redirect-uri...");
      System.exit(2);
    }
    Settings settings =
        new Settings(
            Integer.parseInt(arguments[0]),
            arguments[1],
            Optional.of(arguments[2]).filter(secret -> !secret.equals("-")),
            Set.of(List.of(arguments).subList(3, arguments.length).toArray(new String[0])),
            Duration.ofMinutes(5));
    try (FakeAuthorizationServer fake = start(settings, Clock.systemUTC())) {
      System.out.println("GATEHOUSE_ISSUER=" + fake.issuer());
      Thread.currentThread().join();
    }
  }

  public URI issuer() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public URI address(Endpoint endpoint) {
    return URI.create(issuer() + endpoint.path());
  }

  public Settings settings() {
    return settings;
  }

  // ---- behaviour ----

  /** The next request to this endpoint, or the next but one after an earlier call, and so on. */
  public void next(Endpoint endpoint, Mischief mischief) {
    once.computeIfAbsent(endpoint, e -> new ConcurrentLinkedQueue<>()).add(mischief);
  }

  /** Every request to this endpoint until {@link #calm()}. */
  public void always(Endpoint endpoint, Mischief mischief) {
    always.put(endpoint, mischief);
  }

  /** Forgets all mischief and alterations, and signs in as asked. */
  public void calm() {
    once.clear();
    always.clear();
    stepsUp(true);
    alterIdToken(UnaryOperator.identity());
    alterTokenAnswer(UnaryOperator.identity());
    alterMetadata(UnaryOperator.identity());
    alterUserInfo(UnaryOperator.identity());
    alterAuthorizationResponse(UnaryOperator.identity());
  }

  public void alterIdToken(UnaryOperator<TokenBuilder> alteration) {
    protocol.idToken = alteration;
  }

  /** The alteration may change the map it is given. */
  public void alterTokenAnswer(UnaryOperator<Map<String, Object>> alteration) {
    protocol.tokenAnswer = alteration;
  }

  public void alterMetadata(UnaryOperator<Map<String, Object>> alteration) {
    protocol.metadata = alteration;
  }

  public void alterUserInfo(UnaryOperator<Map<String, Object>> alteration) {
    protocol.userInfo = alteration;
  }

  public void alterAuthorizationResponse(UnaryOperator<Map<String, Object>> alteration) {
    protocol.authorizationResponse = alteration;
  }

  /** Whether a refresh brings a new refresh token and spends the old one; yes at first. */
  public void rotates(boolean rotates) {
    protocol.rotates = rotates;
  }

  /** How long the access tokens live that are issued from now on, in whole seconds. */
  public void accessTokensLive(Duration life) {
    protocol.accessTokenLife = life;
  }

  /**
   * Takes this person's refresh tokens again after they were spent, as providers with a grace
   * period do.
   */
  public void forgivesReuseBy(String subject) {
    grants.forgive(subject);
  }

  /**
   * Whether people sign in as {@code acr_values} and {@code max_age} ask; yes at first. If not, an
   * hour ago and with a password.
   */
  public void stepsUp(boolean steps) {
    protocol.stepsUp = steps;
  }

  /** Gives no token for these at refresh (RFC 8707 §2), and leaves the refresh token as it is. */
  public void refusesResources(String... resources) {
    protocol.refusedResources = Set.of(resources);
  }

  /** From now on this scope is granted with tokens for this resource alone. */
  public void scopeBelongsTo(String scope, String resource) {
    protocol.scopesOfResources = Map.of(scope, resource);
  }

  /** Whether a refresh brings an ID token; yes at first. */
  public void sendsIdTokenAtRefresh(boolean sends) {
    protocol.idTokenAtRefresh = sends;
  }

  /** Signs with a new key from now on; the old ones stay published. */
  public void rotateKeys() {
    List<RSAKey> keys = new ArrayList<>(protocol.keys);
    keys.add(0, SigningKeys.rsa("fake-" + UUID.randomUUID()));
    protocol.keys = List.copyOf(keys);
  }

  /** Signs with a new key from now on, and publishes no other: what a compromise looks like. */
  public void replaceKeys() {
    protocol.keys = List.of(SigningKeys.rsa("fake-" + UUID.randomUUID()));
  }

  /** All tokens of everybody are dead from now on. */
  public void revokeEverything() {
    grants.revokeEverything();
  }

  // ---- what happened ----

  public List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  public List<RecordedRequest> requests(Endpoint endpoint) {
    return requests.stream().filter(request -> request.endpoint() == endpoint).toList();
  }

  public int count(Endpoint endpoint) {
    return requests(endpoint).size();
  }

  public RecordedRequest last(Endpoint endpoint) {
    List<RecordedRequest> all = requests(endpoint);
    return all.get(all.size() - 1);
  }

  public void forgetRequests() {
    requests.clear();
  }

  /** How often a code or refresh token came a second time, each of which revoked a family. */
  public int reuses() {
    return grants.reuses();
  }

  public long reuses(String subject) {
    return grants.reuses(subject);
  }

  /** Whether this was issued here and its family was not revoked; it may have expired. */
  public boolean isLive(String accessToken) {
    return grants.ofAccessToken(accessToken).isPresent();
  }

  /** Whether a protected resource is to take this token now. */
  public boolean isGood(String accessToken) {
    return isLive(accessToken) && !grants.isExpired(accessToken, clock.instant());
  }

  /** How many token requests have come with a refresh token of this person. */
  public long refreshes(String subject) {
    return requests(Endpoint.TOKEN).stream()
        .map(request -> grants.subjectOf(request.parameter("refresh_token")))
        .filter(Optional.of(subject)::equals)
        .count();
  }

  public List<String> liveRefreshTokens() {
    return grants.liveRefreshTokens();
  }

  // ---- things to test with, without a browser ----

  /**
   * A code as if {@code subject} had signed in with these parameters of the request, which also
   * named {@link #RESOURCE}.
   */
  public String code(String subject, String redirectUri, String challenge, @Nullable String nonce) {
    return grants.code(
        new Grants.Family(
            subject,
            settings.clientId(),
            redirectUri,
            challenge,
            nonce,
            List.of("openid", "profile", "email", "offline_access"),
            List.of(RESOURCE),
            null,
            clock.instant()));
  }

  /** A logout token signed as it should be; add {@code sub} or {@code sid} before building. */
  public TokenBuilder logoutToken() {
    return TokenBuilder.logoutToken(
        protocol.signingKey(),
        issuer().toString(),
        settings.clientId(),
        UUID.randomUUID().toString(),
        clock.instant());
  }

  /** An access token signed as it should be, though never granted. */
  public TokenBuilder accessToken(String subject, List<String> audience) {
    return TokenBuilder.accessToken(
        protocol.signingKey(),
        issuer().toString(),
        audience,
        subject,
        clock.instant(),
        settings.accessTokenLife());
  }

  // ---- HTTP ----

  private void handle(HttpExchange exchange) throws IOException {
    Optional<Endpoint> endpoint = Endpoint.at(exchange.getRequestURI().getPath());
    if (endpoint.isEmpty()) {
      Reply.text(404, "text/html", "<h1>Not found</h1>").send(exchange);
      return;
    }
    RecordedRequest request = record(endpoint.get(), exchange);
    Supplier<Reply> honest = () -> protocol.answer(request);
    try {
      mischief(endpoint.get()).play(exchange, honest);
    } catch (RuntimeException bug) {
      bug.printStackTrace();
      exchange.close();
    }
  }

  private RecordedRequest record(Endpoint endpoint, HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    RecordedRequest request =
        new RecordedRequest(
            endpoint,
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawQuery(),
            new LinkedHashMap<>(headers),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    requests.add(request);
    return request;
  }

  private Mischief mischief(Endpoint endpoint) {
    Mischief next = once.getOrDefault(endpoint, new ArrayDeque<>()).poll();
    return next != null
        ? next
        : always.getOrDefault(endpoint, (exchange, honest) -> honest.get().send(exchange));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
