package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.GatewayMetrics;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.RouteTable;
import io.gatehouse.web.SignInFirst;
import io.gatehouse.web.WaitingRoom;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayFilterTest {
  private static final InvocationHandler NOTHING = (self, method, arguments) -> null;

  private final House house = House.standard();
  private final GatewayFilter filter = new GatewayFilter();
  private final List<String> passedOn = new ArrayList<>();
  private final List<String> bearers = Collections.synchronizedList(new ArrayList<>());
  private final List<String> methods = Collections.synchronizedList(new ArrayList<>());
  private volatile int refusals;
  private final WaitingRoom room = new WaitingRoom();
  private final WaitingRoom browsers = new WaitingRoom(2);
  private final Tunnels tunnels = new Tunnels(room);
  private Upstream upstream;
  private HttpServer resource;

  @BeforeEach
  void open() throws IOException, NoSuchAlgorithmException {
    resource = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    resource.createContext(
        "/api/v1",
        exchange -> {
          bearers.add(exchange.getRequestHeaders().getFirst("Authorization"));
          methods.add(
              exchange.getRequestMethod()
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] body = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("Set-Cookie", "theirs=1");
          exchange.getResponseHeaders().set("Cache-Control", "public, max-age=60");
          exchange.sendResponseHeaders(refusals-- > 0 ? 401 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    resource.createContext(
        "/api/v1/long",
        exchange -> {
          byte[] body = "long".repeat(5000).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    resource.start();
    String target = "http://127.0.0.1:" + resource.getAddress().getPort() + "/api";
    filter.signInFirst =
        new SignInFirst((request, wanted) -> Answer.redirect(302, "/login?to=" + wanted.path()));
    GatehouseConfiguration configuration =
        Configurations.standard()
            .routes(
                Configurations.route("/bff/v1", target + "/v1", "GET", "PUT"),
                Configurations.route("/site", target + "/v1", "GET", "POST"))
            .build();
    filter.routes = new RouteTable(configuration.routes(), path -> false);
    upstream = new Upstream(Duration.ofSeconds(2), SSLContext.getDefault(), house.database.clock());
    filter.metrics = new GatewayMetrics(uncounted());
    filter.gateway =
        new Gateway(
            configuration,
            upstream,
            room,
            room,
            browsers,
            tunnels,
            house.faults,
            house.addresses,
            filter.metrics,
            house.database.clock());
  }

  @AfterEach
  void close() {
    tunnels.close();
    upstream.close();
    room.close();
    browsers.close();
    resource.stop(0);
    house.close();
  }

  @Test
  void a_call_goes_up_with_the_sessions_token_and_comes_down_uncached() throws Exception {
    SessionId id = house.signIn("alice");
    Responses response = call(Requests.fetch("GET", "/bff/v1/user/profile"), id);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"a\":1}");
    assertThat(response.field("Content-Type")).isEqualTo("application/json");
    assertThat(response.field("Cache-Control")).isEqualTo("no-store");
    assertThat(response.field("Set-Cookie")).isNull();
    assertThat(bearers).containsExactly(bearerOf(id));
  }

  @Test
  void a_refused_token_is_renewed_and_a_call_that_changes_nothing_made_once_more()
      throws Exception {
    SessionId id = house.signIn("alice");
    String old = bearerOf(id);
    refusals = 1;
    Responses response = call(Requests.fetch("GET", "/bff/v1/user/profile"), id);
    assertThat(response.status()).isEqualTo(200);
    assertThat(bearers).containsExactly(old, bearerOf(id));
    assertThat(bearerOf(id)).isNotEqualTo(old);
  }

  @Test
  void a_resource_that_goes_on_refusing_has_the_last_word() throws Exception {
    SessionId id = house.signIn("alice");
    refusals = 9;
    long before = house.provider.count(Endpoint.TOKEN);
    assertThat(call(Requests.fetch("GET", "/bff/v1/x"), id).status()).isEqualTo(401);
    assertThat(bearers).hasSize(2);
    assertThat(house.provider.count(Endpoint.TOKEN) - before).isEqualTo(1);
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void without_a_session_nothing_goes_up() {
    assertThat(refused(Requests.fetch("GET", "/bff/v1/x"), null)).isEqualTo(ErrorId.NOT_SIGNED_IN);
    assertThat(
            refused(
                Requests.fetch("GET", "/bff/v1/x").with("Authorization", "Bearer of-the-client"),
                null))
        .isEqualTo(ErrorId.NOT_SIGNED_IN);
    assertThat(bearers).isEmpty();
  }

  @Test
  void what_is_not_the_gateways_goes_on_to_our_own_endpoints() throws Exception {
    filter(Requests.get("/account"), null);
    filter(Requests.get("/bffx"), null);
    assertThat(passedOn).containsExactly("/account", "/bffx");
    assertThat(bearers).isEmpty();
  }

  @Test
  void a_person_without_a_session_is_sent_to_sign_in_and_back_to_the_page() throws Exception {
    Responses response = filter(Requests.navigation("/site/page?a=b"), null);
    assertThat(response.status()).isEqualTo(302);
    assertThat(response.field("Location")).isEqualTo("/login?to=/site/page?a=b");
    response = filter(Requests.navigation("/site/page?a=b|c"), SessionId.random(house.random));
    assertThat(response.field("Location")).isEqualTo("/login?to=/site/page");
    assertThat(bearers).isEmpty();
    assertThat(passedOn).isEmpty();
  }

  @Test
  void nothing_but_a_navigation_is_sent_to_sign_in() {
    for (Requests request :
        List.of(
            Requests.fetch("GET", "/site/data"),
            Requests.get("/site/logo.png"),
            Requests.a("POST", "/site/form")
                .with("Sec-Fetch-Mode", "navigate")
                .with("Sec-Fetch-Dest", "document")
                .with("Sec-Fetch-Site", "same-origin"),
            Requests.navigation("/bff/v1/x"))) {
      assertThat(refused(request, null)).isEqualTo(ErrorId.NOT_SIGNED_IN);
    }
    assertThat(bearers).isEmpty();
  }

  @Test
  void a_person_with_a_session_sees_the_web_application() throws Exception {
    SessionId id = house.signIn("alice");
    assertThat(call(Requests.navigation("/site/page"), id).status()).isEqualTo(200);
    assertThat(bearers).containsExactly(bearerOf(id));
  }

  @Test
  void what_no_route_grants_is_not_found_and_a_method_not_allowed_says_what_is() {
    SessionId id = house.signIn("alice");
    assertThat(refused(Requests.fetch("GET", "/bff/v2/x"), id)).isEqualTo(ErrorId.NOT_FOUND);
    assertThat(refused(Requests.fetch("GET", "/bff"), id)).isEqualTo(ErrorId.NOT_FOUND);
    Responses response = new Responses();
    Requests delete = Requests.fetch("DELETE", "/bff/v1/x");
    RequestRefused refused =
        catchThrowableOfType(
            RequestRefused.class,
            () -> filter.doFilter(request(delete, id), response.build(), chain()));
    assertThat(refused.id()).isEqualTo(ErrorId.METHOD_NOT_ALLOWED);
    assertThat(response.field("Allow")).isEqualTo("GET, HEAD, PUT");
    assertThat(bearers).isEmpty();
    assertThat(passedOn).isEmpty();
  }

  @Test
  void a_session_that_ends_while_its_call_waits_is_answered_as_such() throws Exception {
    SessionId id = house.signIn("alice");
    house.provider.always(Endpoint.TOKEN, Mischief.error(400, "invalid_grant"));
    refusals = 1;
    Responses response = call(Requests.fetch("GET", "/bff/v1/x"), id);
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.body()).contains(ErrorId.SESSION_ENDED.code(), "login_url");
    assertThat(house.sessions.peek(id)).isEmpty();
  }

  @Test
  void a_session_that_ends_as_its_call_begins_is_answered_as_such() throws Exception {
    SessionId id = house.signIn("alice");
    Requests built = Requests.fetch("GET", "/bff/v1/x");
    HttpServletRequest ending =
        new HttpServletRequestWrapper(request(built, id)) {
          @Override
          public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
            house.sessions.end(id);
            return super.startAsync(request, response);
          }
        };
    Responses response = new Responses();
    filter.doFilter(ending, response.build(), chain());
    built.untilComplete();
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.body()).contains(ErrorId.SESSION_ENDED.code(), "login_url");
    assertThat(bearers).isEmpty();
  }

  @Test
  void a_room_without_a_seat_is_503_and_nothing_goes_up() throws Exception {
    SessionId id = house.signIn("alice");
    house.database.advance(Duration.ofMinutes(6)); // its token has run out
    room.close();
    Responses response = call(Requests.fetch("GET", "/bff/v1/x"), id);
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.field("Retry-After")).isEqualTo("2");
    assertThat(response.body()).contains(ErrorId.BUSY.code());
    assertThat(bearers).isEmpty();
  }

  @Test
  void a_long_answer_that_no_thread_is_left_for_is_503() throws Exception {
    SessionId id = house.signIn("alice");
    CountDownLatch taken = new CountDownLatch(1);
    browsers.execute(() -> waitFor(taken));
    browsers.execute(() -> waitFor(taken));
    Responses response = call(Requests.fetch("GET", "/bff/v1/long"), id);
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.field("Retry-After")).isEqualTo("2");
    assertThat(response.body()).contains(ErrorId.BUSY.code()).doesNotContain("longlong");
    assertThat(response.body()).contains("may have been done").doesNotContain("Nothing was done");

    taken.countDown();
    await().until(() -> call(Requests.fetch("GET", "/bff/v1/long"), id).status() == 200);
  }

  @Test
  void a_session_that_is_slow_to_take_its_share_of_long_answers_leaves_room_for_others()
      throws Exception {
    SessionId alice = house.signIn("alice");
    SessionId bob = house.signIn("bob");
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(1);
    HttpServletResponse slow =
        new Responses()
            .takenBy(
                new OutputStream() {
                  @Override
                  public void write(int octet) throws IOException {
                    stuck.countDown();
                    waitFor(taken);
                    throw new IOException("gone");
                  }
                })
            .build();
    filter.doFilter(request(Requests.fetch("GET", "/bff/v1/long"), alice), slow, chain());
    stuck.await();

    Responses response = call(Requests.fetch("GET", "/bff/v1/long"), alice);
    assertThat(response.status()).isEqualTo(429);
    assertThat(response.body()).contains(ErrorId.TOO_MANY_CALLS.code()).doesNotContain("longlong");
    await().until(() -> call(Requests.fetch("GET", "/bff/v1/long"), bob).status() == 200);
    taken.countDown();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MetricRegistry uncounted() {
    return proxy(
        MetricRegistry.class, (self, method, arguments) -> proxy(method.getReturnType(), NOTHING));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private String bearerOf(SessionId id) {
    return "Bearer " + house.sessions.peek(id).orElseThrow().tokens().accessToken().reveal();
  }

  private Responses call(Requests request, SessionId id) throws Exception {
    Responses response = filter(request, id);
    request.untilComplete();
    return response;
  }

  private Responses filter(Requests request, SessionId id) throws Exception {
    Responses response = new Responses();
    filter.doFilter(request(request, id), response.build(), chain());
    return response;
  }

  private FilterChain chain() {
    return (request, response) -> passedOn.add(((HttpServletRequest) request).getRequestURI());
  }

  private ErrorId refused(Requests request, SessionId id) {
    return catchThrowableOfType(RequestRefused.class, () -> call(request, id)).id();
  }

  /** What the filters do before the gateway. */
  private HttpServletRequest request(Requests built, SessionId id) {
    HttpServletRequest request = built.build();
    CurrentSession current =
        new CurrentSession(Optional.ofNullable(id), house.sessions, house.accessTokens);
    current.bindTo(request);
    return request;
  }
}
