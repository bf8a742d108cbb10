package it.flow;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeUpstream;
import io.gatehouse.testing.WebSocketEnd;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WebSockets through the gateway: who may open one, what passes, and when it ends. */
class GatewayWebSocketIT {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String FOREIGN = "https://elsewhere.example";

  private static GatewayStage stage;
  private static FakeUpstream upstream;

  @BeforeAll
  static void start() {
    Map<String, String> settings = new HashMap<>();
    settings.put("GATEHOUSE_OPTIONAL_SCOPES", "orders");
    settings.put("GATEHOUSE_ROUTES", "ws plain open few short dead site orders gold fresh");
    route(settings, "WS", "/bff/ws", "UPSTREAM/ws");
    route(settings, "PLAIN", "/bff/plain", "UPSTREAM/plain");
    settings.put("GATEHOUSE_ROUTE_PLAIN_WEBSOCKET", "false");
    route(settings, "OPEN", "/bff/open", "UPSTREAM/open");
    settings.put("GATEHOUSE_ROUTE_OPEN_SESSION", "optional");
    route(settings, "FEW", "/bff/few", "UPSTREAM/few");
    settings.put("GATEHOUSE_ROUTE_FEW_CONCURRENT_PER_SESSION", "1");
    route(settings, "SHORT", "/bff/short", "UPSTREAM/short");
    settings.put("GATEHOUSE_ROUTE_SHORT_TIMEOUT", "2s");
    settings.put("GATEHOUSE_ROUTE_SHORT_IDLE_TIMEOUT", "3s");
    route(settings, "DEAD", "/bff/dead", "http://127.0.0.1:1");
    route(settings, "SITE", "/site", "UPSTREAM/site");
    route(settings, "ORDERS", "/bff/orders", "UPSTREAM/orders");
    settings.put("GATEHOUSE_ROUTE_ORDERS_SCOPES", "orders");
    route(settings, "GOLD", "/bff/gold", "UPSTREAM/gold");
    settings.put("GATEHOUSE_ROUTE_GOLD_ACR", "gold");
    route(settings, "FRESH", "/bff/fresh", "UPSTREAM/fresh");
    settings.put("GATEHOUSE_ROUTE_FRESH_MAX_AGE", "30m");
    settings.put("GATEHOUSE_SESSION_IDLE_TIMEOUT", "10s");
    stage = new GatewayStage("gateway-websocket", settings);
    upstream = stage.upstream;
  }

  private static void route(Map<String, String> settings, String id, String path, String target) {
    settings.put("GATEHOUSE_ROUTE_" + id + "_PATH", path);
    settings.put("GATEHOUSE_ROUTE_" + id + "_TARGET", target);
    settings.put("GATEHOUSE_ROUTE_" + id + "_METHODS", "GET");
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private final Browser browser = stage.signedIn();

  @Test
  void messages_pass_both_ways_as_they_are() throws IOException {
    upstream.on("/ws/echo", FakeUpstream.Call::echoWebSocket);
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/echo");
      end.send("grüß dich");
      assertThat(end.read().text()).isEqualTo("grüß dich");
      end.send("");
      assertThat(end.read().text()).isEmpty();

      // a fragment may end within a character
      byte[] bytes = "ü".getBytes(StandardCharsets.UTF_8);
      end.send(false, WebSocketEnd.TEXT, new byte[] {bytes[0]});
      end.send(true, WebSocketEnd.PING, new byte[] {7});
      end.send(true, WebSocketEnd.CONTINUATION, new byte[] {bytes[1]});
      assertThat(end.read())
          .satisfies(
              frame -> {
                assertThat(frame.isLast()).isFalse();
                assertThat(frame.payload()).containsExactly(bytes[0]);
              });
      assertThat(end.read().opcode()).isEqualTo(WebSocketEnd.PING);
      assertThat(end.read().opcode()).isEqualTo(WebSocketEnd.CONTINUATION);

      end.close(4711, "that was it");
      assertThat(end.read().closing()).isEqualTo("4711 that was it");
      assertThat(end.rest()).isEmpty();
    }
  }

  @Test
  void large_messages_pass_whole() throws Exception {
    upstream.on("/ws/large", FakeUpstream.Call::echoWebSocket);
    byte[] large = new byte[10 << 20];
    new Random(1).nextBytes(large);
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/large");
      end.send(true, WebSocketEnd.BINARY, large);
      assertThat(end.read().payload()).isEqualTo(large);
      for (int i = 0; i < 500; i++) {
        end.send("message " + i);
        assertThat(end.read().text()).isEqualTo("message " + i);
      }
    }
  }

  @Test
  void sides_that_are_slow_to_read_get_everything() throws Exception {
    // more than the buffers of the system take
    byte[] large = new byte[64 << 20];
    new Random(2).nextBytes(large);
    upstream.on(
        "/ws/slow",
        call -> {
          WebSocketEnd end = call.openWebSocket();
          Thread.sleep(1500);
          WebSocketEnd.Frame frame = end.read();
          end.send(true, WebSocketEnd.BINARY, frame.payload());
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/slow");
      end.send(true, WebSocketEnd.BINARY, large);
      Thread.sleep(1500);
      assertThat(Arrays.equals(end.read().payload(), large)).isTrue();
    }
  }

  @Test
  void closing_passes_down_too_and_ends_both_connections() throws Exception {
    CompletableFuture<String> answered = new CompletableFuture<>();
    upstream.on(
        "/ws/closing",
        call -> {
          WebSocketEnd end = call.openWebSocket();
          end.send("first");
          end.close(3999, "enough");
          answered.complete(end.read().closing());
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/closing");
      assertThat(end.read().text()).isEqualTo("first");
      assertThat(end.read().closing()).isEqualTo("3999 enough");
      end.close(3999, "enough");
      assertThat(end.rest()).isEmpty();
    }
    assertThat(answered.get(20, SECONDS)).isEqualTo("3999 enough");
  }

  @Test
  void what_comes_after_it_is_no_request() throws Exception {
    upstream.on("/ws/last", FakeUpstream.Call::echoWebSocket);
    for (GatewayStage.Wire each : List.of(stage.connect(), stage.connectOverTls())) {
      try (GatewayStage.Wire wire = each) {
        WebSocketEnd end = opened(wire, "/bff/ws/last");
        end.close(1000, "");
        assertThat(end.read().closing()).isEqualTo("1000 ");
        Awaitility.await().until(() -> isOverAfterARequest(wire));
        assertThat(end.rest()).isEmpty();
      }
    }
  }

  /** Whether the connection is closed, or something came back, which must not be an answer. */
  private static boolean isOverAfterARequest(GatewayStage.Wire wire) {
    try {
      wire.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return wire.in().available() > 0;
    } catch (IOException closed) {
      return true;
    }
  }

  @Test
  void the_handshake_goes_up_anew_with_the_users_token() throws IOException {
    upstream.on(
        "/ws/seen",
        call ->
            call.echoWebSocket(
                "Sec-WebSocket-Protocol: two",
                "Sec-WebSocket-Extensions: permessage-deflate",
                "Set-Cookie: theirs=1",
                "X-Secret: theirs"));
    try (GatewayStage.Wire wire = stage.connect()) {
      String head =
          ownHandshake(
              wire,
              "/bff/ws/seen?room=1",
              "Sec-WebSocket-Protocol: one, two",
              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
              "X-Forwarded-Host: evil.example",
              "X-Other: mine",
              "Accept-Language: de");
      assertThat(head)
          .startsWith("HTTP/1.1 101")
          .contains("Sec-WebSocket-Protocol: two\r\n")
          .contains("Sec-WebSocket-Extensions: permessage-deflate\r\n")
          .doesNotContainIgnoringCase("cookie")
          .doesNotContain("X-Secret", "theirs", "Bearer");
    }
    FakeUpstream.Call call = last("/ws/seen");
    assertThat(call.target()).isEqualTo("/ws/seen?room=1");
    assertThat(call.values("Sec-WebSocket-Key")).containsExactly(KEY);
    assertThat(call.values("Sec-WebSocket-Version")).containsExactly("13");
    assertThat(call.values("Sec-WebSocket-Protocol")).containsExactly("one, two");
    assertThat(call.values("Sec-WebSocket-Extensions"))
        .containsExactly("permessage-deflate; client_max_window_bits");
    assertThat(call.values("Authorization")).hasSize(1).first().asString().startsWith("Bearer ");
    assertThat(call.values("Accept-Language")).containsExactly("de");
    assertThat(call.values("X-Forwarded-Host")).containsExactly(stage.server.app().getAuthority());
    assertThat(call.values("Forwarded")).hasSize(1);
    for (String dropped : List.of("Cookie", "X-Other", "Origin", "X-CSRF")) {
      assertThat(call.values(dropped)).as(dropped).isEmpty();
    }
  }

  @Test
  void pages_of_other_origins_open_nothing_whatever_they_send() throws IOException {
    for (String path : List.of("/bff/ws/foreign", "/bff/open/foreign", "/site/foreign")) {
      for (String origin : List.of(FOREIGN, "null", "", ownOrigin() + ".example")) {
        try (GatewayStage.Wire wire = stage.connect()) {
          assertThat(refusal(wire, handshake(wire, path, origin)))
              .as(path + " for " + origin)
              .startsWith("403 GH-1103");
        }
        try (GatewayStage.Wire wire = stage.connect()) {
          assertThat(refusal(wire, handshake(wire, path, origin, "X-CSRF: 1")))
              .as(path + " for " + origin + " with X-CSRF")
              .startsWith("403 GH-1103");
        }
      }
      try (GatewayStage.Wire wire = stage.connect()) {
        assertThat(refusal(wire, handshake(wire, path, ownOrigin(), "Origin: " + FOREIGN)))
            .startsWith("403 GH-1103");
      }
    }
    assertThat(upstream.calls()).noneMatch(call -> call.path().endsWith("/foreign"));
  }

  @Test
  void only_routes_that_say_so_open_any() throws IOException {
    try (GatewayStage.Wire wire = stage.connect()) {
      assertThat(refusal(wire, ownHandshake(wire, "/bff/plain/x"))).startsWith("400 GH-1704");
    }
    assertThat(upstream.calls("/plain/x")).isEmpty();
  }

  @Test
  void a_handshake_is_one_or_nothing() throws IOException {
    String line = "GET /bff/ws/malformed";
    String good =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: "
            + ownOrigin()
            + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + KEY
            + "\r\n";
    Map<String, String> broken = new HashMap<>();
    broken.put("no key", good.replace("Sec-WebSocket-Key: " + KEY + "\r\n", ""));
    broken.put("two keys", good + "Sec-WebSocket-Key: " + KEY + "\r\n");
    broken.put("a short key", good.replace(KEY, "c2hvcnQ="));
    broken.put("a key that is no Base64", good.replace(KEY, "!" + KEY.substring(1)));
    broken.put("another version", good.replace("Version: 13", "Version: 8"));
    broken.put("no Connection", good.replace("Connection: Upgrade\r\n", ""));
    broken.put("more than one protocol", good.replace("websocket", "websocket, h2c"));
    broken.put("a body", good + "Content-Length: 3\r\n");
    broken.forEach(
        (what, fields) -> {
          try (GatewayStage.Wire wire = stage.connect()) {
            wire.write(stage.head(browser, line) + fields + "\r\nabc");
            assertThat(refusal(wire, wire.head())).as(what).startsWith("400 GH-1102");
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    assertThat(upstream.calls("/ws/malformed")).isEmpty();
  }

  @Test
  void who_is_not_signed_in_gets_what_the_route_gives() throws IOException {
    upstream.on("/ws/anyone", FakeUpstream.Call::echoWebSocket);
    upstream.on("/open/anyone", FakeUpstream.Call::echoWebSocket);
    List.copyOf(browser.cookies().keySet()).forEach(browser::forget);
    browser.plant("other", "1");
    try (GatewayStage.Wire wire = stage.connect()) {
      assertThat(refusal(wire, ownHandshake(wire, "/bff/ws/anyone"))).startsWith("401 GH-1501");
    }
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/open/anyone");
      end.send("anonymous");
      assertThat(end.read().text()).isEqualTo("anonymous");
    }
    assertThat(upstream.calls("/ws/anyone")).isEmpty();
    assertThat(last("/open/anyone").values("Authorization")).isEmpty();
  }

  @Test
  void who_is_signed_in_where_nobody_needs_to_be_is_so_until_the_session_ends() throws Exception {
    upstream.on("/open/somebody", call -> ended.add(end(call)));
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/open/somebody");
      assertThat(last("/open/somebody").values("Authorization"))
          .singleElement()
          .satisfies(
              token ->
                  assertThat(stage.provider.isGood(token.substring("Bearer ".length()))).isTrue());
      assertThat(browser.fetch("POST", "/auth/logout", "").status()).isEqualTo(200);
      assertThat(end.read().closing()).isEqualTo("1008 the session has ended");
    }
    assertThat(ended.poll(20, SECONDS)).isEqualTo("1001 ");
  }

  @Test
  void a_session_that_the_route_wants_more_of_opens_none() throws IOException {
    stage.provider.alterIdToken(
        token -> token.claim("acr", "silver").claim("auth_time", now() - 3600));
    Browser tired = stage.signedIn();
    stage.provider.calm();
    Map<String, String> wanted =
        Map.of(
            "/bff/orders/x", "403 GH-1215",
            "/bff/gold/x", "401 GH-1216",
            "/bff/fresh/x", "401 GH-1216");
    for (String path : wanted.keySet()) {
      try (GatewayStage.Wire wire = stage.connect()) {
        assertThat(refusal(wire, handshake(tired, wire, path, ownOrigin())))
            .as(path)
            .startsWith(wanted.get(path));
      }
    }
    assertThat(upstream.calls()).noneMatch(call -> call.path().endsWith("/x"));

    upstream.on("/fresh/y", FakeUpstream.Call::echoWebSocket);
    stage.provider.alterIdToken(token -> token.claim("auth_time", now()));
    Browser fresh = stage.signedIn();
    stage.provider.calm();
    try (GatewayStage.Wire wire = stage.connect()) {
      assertThat(handshake(fresh, wire, "/bff/fresh/y", ownOrigin())).startsWith("HTTP/1.1 101");
    }
  }

  @Test
  void handshakes_that_wait_leave_threads_for_others() throws Exception {
    int half = Math.max(2, Runtime.getRuntime().availableProcessors());
    CountDownLatch answer = new CountDownLatch(1);
    upstream.on(
        "/ws/thinks",
        call -> {
          answer.await();
          call.echoWebSocket();
        });
    List<GatewayStage.Wire> waiting = new ArrayList<>();
    try (GatewayStage.Wire late = stage.connect()) {
      for (int i = 0; i < half; i++) {
        GatewayStage.Wire wire = stage.connect();
        waiting.add(wire);
        send(stage.signedIn(), wire, "/bff/ws/thinks", ownOrigin());
      }
      Awaitility.await().until(() -> upstream.calls("/ws/thinks").size() == half);

      String head = ownHandshake(late, "/bff/ws/thinks");
      assertThat(head).contains("Retry-After: ");
      assertThat(refusal(late, head)).startsWith("503 GH-1903");
      assertThat(browser.openOnly("/health/live").status()).isEqualTo(200);

      answer.countDown();
      for (GatewayStage.Wire wire : waiting) {
        assertThat(wire.head()).startsWith("HTTP/1.1 101");
      }
    } finally {
      answer.countDown();
      for (GatewayStage.Wire wire : waiting) {
        wire.close();
      }
    }
  }

  /** As browsers have it (RFC 6455 §4.1), so that one session leaves some for others. */
  @Test
  void a_session_opens_one_at_a_time() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    upstream.on(
        "/ws/ponders",
        call -> {
          answer.await();
          call.echoWebSocket();
        });
    upstream.on("/ws/quick", FakeUpstream.Call::echoWebSocket);
    try (GatewayStage.Wire first = stage.connect();
        GatewayStage.Wire second = stage.connect();
        GatewayStage.Wire others = stage.connect();
        GatewayStage.Wire third = stage.connect()) {
      send(browser, first, "/bff/ws/ponders", ownOrigin());
      Awaitility.await().until(() -> upstream.calls("/ws/ponders").size() == 1);
      int counted = stage.counted("ws", "5xx");

      String head = ownHandshake(second, "/bff/ws/quick");
      assertThat(head).contains("Retry-After: ");
      assertThat(refusal(second, head)).startsWith("503 GH-1903");
      assertThat(stage.counted("ws", "5xx")).isEqualTo(counted + 1);
      assertThat(handshake(stage.signedIn(), others, "/bff/ws/quick", ownOrigin()))
          .startsWith("HTTP/1.1 101");

      answer.countDown();
      assertThat(first.head()).startsWith("HTTP/1.1 101");
      opened(third, "/bff/ws/quick");
    } finally {
      answer.countDown();
    }
  }

  @Test
  void one_after_the_other_a_session_opens_any_number() throws IOException {
    upstream.on("/ws/many", FakeUpstream.Call::echoWebSocket);
    upstream.on("/ws/none", 403, "no");
    List<GatewayStage.Wire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        GatewayStage.Wire wire = stage.connect();
        wires.add(wire);
        if (i % 2 == 0) {
          assertThat(ownHandshake(wire, "/bff/ws/none")).startsWith("HTTP/1.1 403");
        } else {
          opened(wire, "/bff/ws/many");
        }
      }
    } finally {
      for (GatewayStage.Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void a_refused_token_is_renewed_once() throws IOException {
    upstream.on(
        "/ws/renewed",
        call -> {
          if (upstream.calls("/ws/renewed").size() == 1) {
            call.answer(401, "old", "WWW-Authenticate: Bearer error=\"invalid_token\"");
          } else {
            call.echoWebSocket();
          }
        });
    upstream.on("/ws/never", 401, "never");
    try (GatewayStage.Wire wire = stage.connect()) {
      opened(wire, "/bff/ws/renewed");
    }
    List<FakeUpstream.Call> calls = upstream.calls("/ws/renewed");
    assertThat(calls).hasSize(2);
    assertThat(calls.get(1).values("Authorization"))
        .isNotEqualTo(calls.get(0).values("Authorization"));
    try (GatewayStage.Wire wire = stage.connect()) {
      assertThat(ownHandshake(wire, "/bff/ws/never")).startsWith("HTTP/1.1 401");
    }
    assertThat(upstream.calls("/ws/never")).hasSizeBetween(1, 2);
  }

  @Test
  void what_the_resource_says_instead_is_passed_on_or_said_in_our_words() throws IOException {
    upstream.on("/ws/forbidden", 403, "no", "X-Secret: theirs");
    upstream.on(
        "/ws/stepup",
        401,
        "",
        "WWW-Authenticate: Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\"");
    upstream.on("/ws/page", 200, "a page");
    upstream.on("/ws/moved", 302, "", "Location: /ws/echo");
    upstream.on(
        "/ws/wrong",
        call ->
            call.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + KEY
                    + "\r\n\r\n"));
    upstream.on(
        "/ws/gone",
        call -> {
          throw new IOException("gone");
        });
    upstream.on("/short/silent", FakeUpstream.Call::untilGone);
    try (GatewayStage.Wire wire = stage.connect()) {
      String head = ownHandshake(wire, "/bff/ws/forbidden");
      assertThat(head).startsWith("HTTP/1.1 403").doesNotContain("theirs");
      assertThat(wire.read(2)).isEqualTo("no");
    }
    Map<String, String> said = new HashMap<>();
    said.put("/bff/ws/stepup", "401 GH-1216");
    said.put("/bff/ws/page", "502 GH-1701");
    said.put("/bff/ws/moved", "502 GH-1701");
    said.put("/bff/ws/wrong", "502 GH-1701");
    said.put("/bff/ws/gone", "502 GH-1701");
    said.put("/bff/dead/x", "502 GH-1701");
    said.put("/bff/short/silent", "504 GH-1702");
    for (String path : said.keySet()) {
      try (GatewayStage.Wire wire = stage.connect()) {
        assertThat(refusal(wire, ownHandshake(wire, path))).as(path).startsWith(said.get(path));
      }
    }
    // a call that asked for nothing of the kind is not left hanging by one
    upstream.on(
        "/ws/unasked",
        call ->
            call.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
    assertThat(browser.fetch("GET", "/bff/ws/unasked", null).status()).isEqualTo(502);
  }

  @Test
  void signing_out_elsewhere_closes_it() throws Exception {
    upstream.on("/ws/signout", call -> ended.add(end(call)));
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/signout");
      assertThat(browser.fetch("POST", "/auth/logout", "").status()).isEqualTo(200);
      assertThat(end.read().closing()).isEqualTo("1008 the session has ended");
      end.close(1008, "");
      assertThat(end.rest()).isEmpty();
    }
    assertThat(ended.poll(20, SECONDS)).isEqualTo("1001 ");
  }

  @Test
  void a_logout_by_the_provider_closes_it_even_where_the_browser_never_answers() throws Exception {
    upstream.on("/ws/backchannel", call -> ended.add(end(call)));
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/backchannel");
      String token = stage.provider.logoutToken().claim("sub", "alice").build().reveal();
      int status =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          stage.server.plainApp().resolve("/auth/backchannel-logout"))
                      .header("Content-Type", "application/x-www-form-urlencoded")
                      .POST(HttpRequest.BodyPublishers.ofString("logout_token=" + token))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
      assertThat(status).isEqualTo(200);
      assertThat(end.read().closing()).isEqualTo("1008 the session has ended");
      assertThat(end.rest()).isEmpty();
    }
    assertThat(ended.poll(20, SECONDS)).isEqualTo("1001 ");
  }

  @Test
  void however_much_is_said_it_ends_when_the_session_is_past_its_end() throws Exception {
    stage.provider.alterTokenAnswer(
        answer -> {
          answer.put("refresh_expires_in", 8);
          return answer;
        });
    Browser shortly = stage.signedIn();
    stage.provider.calm();
    upstream.on("/ws/forever", FakeUpstream.Call::echoWebSocket);
    try (GatewayStage.Wire wire = stage.connect()) {
      assertThat(handshake(shortly, wire, "/bff/ws/forever", ownOrigin()))
          .startsWith("HTTP/1.1 101");
      WebSocketEnd end = new WebSocketEnd(wire.in(), wire.socket().getOutputStream(), true);
      WebSocketEnd.Frame frame;
      do {
        end.send("still here");
        frame = end.read();
        Thread.sleep(200);
      } while (frame.opcode() != WebSocketEnd.CLOSE);
      assertThat(frame.closing()).isEqualTo("1008 the session has ended");
    }
  }

  @Test
  void what_the_browser_says_keeps_the_session_and_what_it_hears_does_not() throws Exception {
    upstream.on(
        "/ws/talking",
        call -> {
          WebSocketEnd end = call.openWebSocket();
          while (true) {
            end.send("tick");
            end.send(true, WebSocketEnd.PING, new byte[0]);
            Thread.sleep(500);
          }
        });
    Browser other = stage.signedIn();
    try (GatewayStage.Wire talking = stage.connect();
        GatewayStage.Wire listening = stage.connect()) {
      WebSocketEnd talks = opened(talking, "/bff/ws/talking");
      handshake(other, listening, "/bff/ws/talking", ownOrigin());
      WebSocketEnd listens =
          new WebSocketEnd(listening.in(), listening.socket().getOutputStream(), true);
      int heard = 0;
      for (WebSocketEnd.Frame frame = listens.read();
          frame.opcode() != WebSocketEnd.CLOSE;
          frame = listens.read()) {
        // pongs are no use: nobody asked the person for them
        listens.send(true, WebSocketEnd.PONG, new byte[0]);
        talks.send("still here");
        heard++;
        assertThat(heard).as("frames that a session goes on for by hearing alone").isLessThan(400);
      }
      // it was idle for the whole of the session's idle time-out
      assertThat(heard).isGreaterThan(20);
      assertThat(browser.fetch("GET", "/auth/session?peek=true", null).body())
          .contains("\"signed_in\":true");
      assertThat(other.fetch("GET", "/auth/session?peek=true", null).body())
          .contains("\"signed_in\":false");
    }
  }

  @Test
  void an_open_one_counts_as_a_call_and_gives_its_place_back() throws IOException {
    upstream.on("/few/one", FakeUpstream.Call::echoWebSocket);
    int refused = stage.counted("few", "4xx");
    try (GatewayStage.Wire wire = stage.connect();
        GatewayStage.Wire second = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/few/one");
      assertThat(browser.openOnly("/metrics?scope=application").body())
          .containsPattern("gatehouse_gateway_websockets\\{[^}]*route=\"few\"[^}]*\\} 1")
          .containsPattern("gatehouse_gateway_calls[^\n]*route=\"few\"[^\n]*status=\"1xx\"");
      assertThat(refusal(second, ownHandshake(second, "/bff/few/one"))).startsWith("429 GH-1703");
      assertThat(stage.counted("few", "4xx")).isEqualTo(refused + 1);
      end.close(1000, "");
      end.read();
    }
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(browser.openOnly("/metrics?scope=application").body())
                    .containsPattern(
                        "gatehouse_gateway_websockets\\{[^}]*route=\"few\"[^}]*\\} 0"));
    try (GatewayStage.Wire wire = stage.connect()) {
      opened(wire, "/bff/few/one");
    }
  }

  @Test
  void one_that_does_not_open_gives_its_place_back() throws IOException {
    upstream.on("/few/no", 403, "no");
    for (int i = 0; i < 3; i++) {
      try (GatewayStage.Wire wire = stage.connect()) {
        assertThat(ownHandshake(wire, "/bff/few/no")).startsWith("HTTP/1.1 403");
      }
    }
  }

  @Test
  void a_silent_one_is_closed() throws Exception {
    upstream.on("/short/quiet", call -> ended.add(end(call)));
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/short/quiet");
      assertThat(end.read().closing()).isEqualTo("1001 silent for too long");
    }
    assertThat(ended.poll(20, SECONDS)).isEqualTo("1001 ");
  }

  @Test
  void a_resource_that_dies_is_seen_to() throws IOException {
    upstream.on(
        "/ws/dies",
        call -> {
          call.openWebSocket().send("last words");
          throw new IOException("dies");
        });
    upstream.on(
        "/ws/cut",
        call -> {
          WebSocketEnd end = call.openWebSocket();
          end.out().write(end.head(true, WebSocketEnd.TEXT, 100));
          throw new IOException("dies within a frame");
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/dies");
      assertThat(end.read().text()).isEqualTo("last words");
      assertThat(end.read().closing()).isEqualTo("1011 the application behind this page is gone");
    }
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/ws/cut");
      assertThat(wire.in().readNBytes(2)).hasSize(2);
      // no frame of ours may stand within theirs
      assertThat(end.rest()).isEmpty();
    }
  }

  @Test
  void a_browser_that_leaves_ends_it_upstream() throws Exception {
    upstream.on("/ws/left", call -> ended.add(end(call)));
    try (GatewayStage.Wire wire = stage.connect()) {
      opened(wire, "/bff/ws/left");
    }
    assertThat(ended.poll(20, SECONDS)).isEqualTo("1001 ");
  }

  @Test
  void a_browser_that_does_not_read_stops_the_resource_and_is_cut() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch cut = new CountDownLatch(1);
    upstream.on(
        "/short/much",
        call -> {
          WebSocketEnd end = call.openWebSocket();
          try {
            for (byte[] piece = new byte[1 << 16]; ; written.addAndGet(piece.length)) {
              end.send(true, WebSocketEnd.BINARY, piece);
            }
          } catch (IOException gone) {
            cut.countDown();
            throw gone;
          }
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      opened(wire, "/bff/short/much");
      assertThat(cut.await(60, SECONDS)).isTrue();
      // what the buffers of the system take, and no more
      assertThat(written.get()).isLessThan(64L << 20);
      // and its connection does not stay
      wire.rest();
    }
  }

  @Test
  void a_resource_that_does_not_read_stops_the_browser_and_is_cut() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    upstream.on(
        "/short/deaf",
        call -> {
          call.openWebSocket();
          over.await();
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      WebSocketEnd end = opened(wire, "/bff/short/deaf");
      long written = 0;
      try {
        for (byte[] piece = new byte[1 << 16]; ; written += piece.length) {
          end.send(true, WebSocketEnd.BINARY, piece);
        }
      } catch (IOException cut) {
        // what the buffers of the system take, and no more
        assertThat(written).isLessThan(64L << 20);
      }
    } finally {
      over.countDown();
    }
  }

  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

  /** How the other side ends a WebSocket that is opened and left alone. */
  private static String end(FakeUpstream.Call call) throws IOException {
    return call.openWebSocket().read().closing();
  }

  /** Status and error id of an answer that opens nothing. */
  private static String refusal(GatewayStage.Wire wire, String head) throws IOException {
    Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
    String body = length.find() ? wire.read(Integer.parseInt(length.group(1))) : "";
    Matcher code = Pattern.compile("\"code\":\"([^\"]*)\"").matcher(body);
    return head.substring(9, 12) + " " + (code.find() ? code.group(1) : body);
  }

  /** Reads until the header of an answer ends, after sending a handshake of our own page. */
  private String ownHandshake(GatewayStage.Wire wire, String path, String... fields)
      throws IOException {
    return handshake(wire, path, ownOrigin(), fields);
  }

  private String handshake(GatewayStage.Wire wire, String path, String origin, String... fields)
      throws IOException {
    return handshake(browser, wire, path, origin, fields);
  }

  private static String handshake(
      Browser from, GatewayStage.Wire wire, String path, String origin, String... fields)
      throws IOException {
    send(from, wire, path, origin, fields);
    return wire.head();
  }

  private static void send(
      Browser from, GatewayStage.Wire wire, String path, String origin, String... fields)
      throws IOException {
    wire.write(
        stage.head(from, "GET " + path, fields).replaceFirst("X-CSRF: 1\r\n", "")
            + "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + KEY
            + "\r\n"
            + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
            + "\r\n");
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private WebSocketEnd opened(GatewayStage.Wire wire, String path, String... fields)
      throws IOException {
    assertThat(ownHandshake(wire, path, fields))
        .startsWith("HTTP/1.1 101")
        // some clients take nothing beside it
        .contains("Connection: Upgrade\r\n")
        .contains("Sec-WebSocket-Accept: " + WebSocketEnd.accept(KEY));
    return new WebSocketEnd(wire.in(), wire.socket().getOutputStream(), true);
  }

  private static String ownOrigin() {
    return stage.server.app().toString();
  }

  private static FakeUpstream.Call last(String path) {
    List<FakeUpstream.Call> calls = upstream.calls(path);
    return calls.get(calls.size() - 1);
  }
}
