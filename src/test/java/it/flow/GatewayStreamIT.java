package it.flow;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeUpstream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies of any length, in both directions, and what happens when a side breaks off. */
class GatewayStreamIT {
  private static final long GIGABYTE = 1L << 30;
  private static final int PIECE = 1 << 16;
  private static final String CHUNKED = "Transfer-Encoding: chunked";

  private static GatewayStage stage;
  private static FakeUpstream upstream;

  @BeforeAll
  static void start() {
    stage =
        new GatewayStage(
            "gateway-stream",
            Map.ofEntries(
                Map.entry("GATEHOUSE_ROUTES", "up slow anyone guests"),
                Map.entry("GATEHOUSE_ROUTE_UP_PATH", "/bff"),
                Map.entry("GATEHOUSE_ROUTE_UP_TARGET", "UPSTREAM"),
                Map.entry("GATEHOUSE_ROUTE_UP_METHODS", "GET HEAD POST"),
                Map.entry("GATEHOUSE_ROUTE_UP_MAX_BODY", "2GB"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_PATH", "/bff/slow"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_TARGET", "UPSTREAM/slow"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_TIMEOUT", "1s"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_IDLE_TIMEOUT", "2s"),
                Map.entry("GATEHOUSE_ROUTE_SLOW_MAX_BODY", "2GB"),
                Map.entry("GATEHOUSE_ROUTE_ANYONE_PATH", "/bff/anyone"),
                Map.entry("GATEHOUSE_ROUTE_ANYONE_TARGET", "UPSTREAM/anyone"),
                Map.entry("GATEHOUSE_ROUTE_ANYONE_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_ANYONE_SESSION", "optional"),
                Map.entry("GATEHOUSE_ROUTE_ANYONE_TOKEN", "none"),
                Map.entry("GATEHOUSE_ROUTE_GUESTS_PATH", "/bff/guests"),
                Map.entry("GATEHOUSE_ROUTE_GUESTS_TARGET", "UPSTREAM/guests"),
                Map.entry("GATEHOUSE_ROUTE_GUESTS_SESSION", "optional")));
    upstream = stage.upstream;
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private final Browser browser = stage.signedIn();

  @Test
  void a_gigabyte_comes_down_whole() throws IOException {
    upstream.on("/big", GatewayStreamIT::gigabyte);
    upstream.on("/bigchunks", GatewayStreamIT::gigabyteInChunks);

    assertThat(received("/bff/big")).isEqualTo(GIGABYTE);
    assertThat(received("/bff/bigchunks")).isEqualTo(GIGABYTE);
  }

  @Test
  void a_gigabyte_goes_up_whole() throws IOException {
    upstream.on(
        "/take",
        call -> {
          call.readBody();
          call.answer(200, String.valueOf(call.received()));
        });
    byte[] piece = new byte[PIECE];
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          stage.head(browser, "POST /bff/take", "Content-Length: " + GIGABYTE, "Connection: close")
              + "\r\n");
      for (long sent = 0; sent < GIGABYTE; sent += PIECE) {
        wire.socket().getOutputStream().write(piece);
      }
      assertThat(wire.rest()).startsWith("HTTP/1.1 200").endsWith(String.valueOf(GIGABYTE));
    }
    FakeUpstream.Call sized = last("/take");
    assertThat(sized.values("Content-Length")).containsExactly(String.valueOf(GIGABYTE));
    assertThat(sized.values("Transfer-Encoding")).isEmpty();
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          stage.head(browser, "POST /bff/take", "Transfer-Encoding: chunked", "Connection: close")
              + "\r\n");
      for (int i = 0; i < 1024; i++) {
        wire.write(Integer.toHexString(PIECE) + "\r\n");
        wire.socket().getOutputStream().write(piece);
        wire.write("\r\n");
      }
      wire.write("0\r\nX-Trailer: dropped\r\n\r\n");
      assertThat(wire.rest()).startsWith("HTTP/1.1 200").endsWith(String.valueOf(1024 * PIECE));
    }
    assertThat(last("/take").values("Transfer-Encoding")).containsExactly("chunked");
  }

  @Test
  void events_arrive_one_by_one() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    upstream.on(
        "/events",
        call -> {
          call.beginChunks(200, "Content-Type: text/event-stream");
          call.chunk("data: one\n\n");
          // the second does not exist before the first has been seen
          seen.await();
          call.chunk("data: two\n\n");
          call.endChunks();
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "GET /bff/events", "Connection: close") + "\r\n");
      assertThat(wire.head()).contains("text/event-stream");
      assertThat(wire.read(16)).contains("data: one");
      seen.countDown();
      assertThat(wire.rest()).contains("data: two").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void events_for_somebody_break_off_when_the_session_ends_and_others_go_on() throws Exception {
    Browser other = stage.signedIn();
    CountDownLatch enough = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(2);
    FakeUpstream.Handler ticking =
        call -> {
          call.beginChunks(200, "Content-Type: text/event-stream");
          try {
            // in good order at last, which for who has signed out it must not be
            for (int i = 0; i < 300 && !enough.await(100, MILLISECONDS); i++) {
              call.chunk("data: tick\n\n");
            }
          } catch (IOException gone) {
            cancelled.countDown();
            throw gone;
          }
          call.endChunks();
        };
    upstream.on("/ticking", ticking);
    upstream.on("/anyone/ticking", ticking);
    upstream.on("/guests/ticking", ticking);
    try (GatewayStage.Wire leaving = stage.connect();
        GatewayStage.Wire known = stage.connect();
        GatewayStage.Wire guest = stage.connect();
        GatewayStage.Wire staying = stage.connect();
        GatewayStage.Wire anyone = stage.connect()) {
      leaving.write(stage.head(browser, "GET /bff/ticking") + "\r\n");
      staying.write(stage.head(other, "GET /bff/ticking", "Connection: close") + "\r\n");
      anyone.write(stage.head(browser, "GET /bff/anyone/ticking", "Connection: close") + "\r\n");
      known.write(stage.head(browser, "GET /bff/guests/ticking", "Connection: close") + "\r\n");
      guest.write(
          "GET /bff/guests/ticking HTTP/1.1\r\nHost: localhost\r\nX-CSRF: 1\r\n"
              + "Connection: close\r\n\r\n");
      assertThat(leaving.head()).startsWith("HTTP/1.1 200");
      assertThat(known.head()).startsWith("HTTP/1.1 200");
      assertThat(browser.fetch("POST", "/auth/logout", "").status()).isEqualTo(200);

      assertThat(leaving.rest()).contains("data: tick").doesNotEndWith("0\r\n\r\n");
      // nobody has to be signed in there, but this one was, and got what is for them
      assertThat(known.rest()).contains("data: tick").doesNotEndWith("0\r\n\r\n");
      assertThat(cancelled.await(20, SECONDS)).isTrue();
      enough.countDown();
      assertThat(staying.rest()).startsWith("HTTP/1.1 200").endsWith("0\r\n\r\n");
      assertThat(anyone.rest()).startsWith("HTTP/1.1 200").endsWith("0\r\n\r\n");
      assertThat(guest.rest()).startsWith("HTTP/1.1 200").endsWith("0\r\n\r\n");
    } finally {
      enough.countDown();
    }
  }

  @Test
  void a_body_that_drips_is_given_up_when_the_session_ends_and_others_go_on() throws Exception {
    Browser other = stage.signedIn();
    CountDownLatch cancelled = new CountDownLatch(1);
    FakeUpstream.Handler taking =
        call -> {
          try {
            call.readBody();
          } catch (IOException gone) {
            cancelled.countDown();
            throw gone;
          }
          call.answer(200, "whole");
        };
    upstream.on("/dripped", taking);
    upstream.on("/anyone/dripped", taking);
    try (GatewayStage.Wire leaving = stage.connect();
        GatewayStage.Wire staying = stage.connect();
        GatewayStage.Wire anyone = stage.connect()) {
      leaving.write(stage.head(browser, "POST /bff/dripped", CHUNKED) + "\r\n");
      staying.write(stage.head(other, "POST /bff/dripped", CHUNKED) + "\r\n");
      anyone.write(stage.head(browser, "POST /bff/anyone/dripped", CHUNKED) + "\r\n");
      Awaitility.await()
          .until(
              () ->
                  upstream.calls("/dripped").size() == 2
                      && upstream.calls("/anyone/dripped").size() == 1);
      assertThat(browser.fetch("POST", "/auth/logout", "").status()).isEqualTo(200);
      Awaitility.await()
          .until(
              () -> {
                for (GatewayStage.Wire wire : List.of(leaving, staying, anyone)) {
                  wire.write("1\r\nx\r\n");
                }
                return leaving.in().available() > 0;
              });
      assertThat(leaving.head()).startsWith("HTTP/1.1 401");
      assertThat(leaving.until("}")).contains("GH-1502");
      assertThat(cancelled.await(20, SECONDS)).isTrue();
      for (GatewayStage.Wire wire : List.of(staying, anyone)) {
        wire.write("0\r\n\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
        assertThat(wire.read(5)).isEqualTo("whole");
      }
    }
  }

  /** Of 512 threads visitors have half together, and a session a quarter. */
  @Test
  void neither_visitors_nor_one_session_keep_others_from_sending_bodies() throws Exception {
    FakeUpstream.Handler taking =
        call -> {
          call.readBody();
          call.answer(200, "whole");
        };
    upstream.on("/held", taking);
    upstream.on("/anyone/held", taking);
    Browser other = stage.signedIn();
    Browser visitor = stage.server.browser();
    Map<String, String> script = Map.of("X-CSRF", "1");
    List<GatewayStage.Wire> dripping = new ArrayList<>();
    try {
      for (int i = 0; i < 128; i++) {
        drip(dripping, stage.head(browser, "POST /bff/held", CHUNKED));
      }
      for (int i = 0; i < 256; i++) {
        drip(
            dripping,
            "POST /bff/anyone/held HTTP/1.1\r\nHost: localhost\r\nX-CSRF: 1\r\n"
                + CHUNKED
                + "\r\n");
      }
      Awaitility.await()
          .until(
              () ->
                  upstream.calls("/held").size() == 128
                      && upstream.calls("/anyone/held").size() == 256);

      Visit mine = browser.fetch("POST", "/bff/held", "x");
      assertThat(mine.status() + mine.json().getString("code")).isEqualTo("429GH-1703");
      Visit anyones = visitor.fetch("POST", "/bff/anyone/held", "x", script);
      assertThat(anyones.status() + anyones.json().getString("code")).isEqualTo("503GH-1903");
      assertThat(other.fetch("POST", "/bff/held", "x").status()).isEqualTo(200);
      assertThat(other.fetch("POST", "/bff/anyone/held", "x").status()).isEqualTo(200);

      for (GatewayStage.Wire wire : dripping) {
        wire.write("0\r\n\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
      }
      Awaitility.await().until(() -> browser.fetch("POST", "/bff/held", "x").status() == 200);
      Awaitility.await()
          .until(() -> visitor.fetch("POST", "/bff/anyone/held", "x", script).status() == 200);
    } finally {
      for (GatewayStage.Wire wire : dripping) {
        wire.close();
      }
    }
  }

  private static void drip(List<GatewayStage.Wire> dripping, String head) throws IOException {
    GatewayStage.Wire wire = stage.connect();
    dripping.add(wire);
    wire.write(head + "\r\n1\r\nx\r\n");
  }

  /**
   * It is the resource that keeps the browser waiting, so it is the resource's time that counts.
   */
  @Test
  void a_resource_that_does_not_take_a_body_stops_the_browser_and_is_given_up() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    upstream.on("/slow/deaf", call -> seen.await());
    AtomicLong written = new AtomicLong();
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          stage.head(browser, "POST /bff/slow/deaf", "Content-Length: " + GIGABYTE) + "\r\n");
      Thread sends = new Thread(() -> untilCut(wire, written));
      sends.start();
      assertThat(wire.head()).startsWith("HTTP/1.1 504");
      assertThat(wire.until("}")).contains("GH-1702");
      // what the buffers of the system take, and no more
      assertThat(written.get()).isLessThan(64L << 20);
      wire.close();
      sends.join();
    } finally {
      seen.countDown();
    }
  }

  private static void untilCut(GatewayStage.Wire wire, AtomicLong written) {
    try {
      for (byte[] piece = new byte[PIECE]; ; written.addAndGet(PIECE)) {
        wire.socket().getOutputStream().write(piece);
      }
    } catch (IOException cut) {
      // as it should be
    }
  }

  @Test
  void compressed_bodies_and_unknown_codings_pass_untouched() {
    upstream.on("/gz", 200, "not really gzip", "Content-Encoding: gzip");
    Visit visit =
        browser.fetch("GET", "/bff/gz", null, Map.of("X-CSRF", "1", "Accept-Encoding", "gzip, br"));
    assertThat(visit.body()).isEqualTo("not really gzip");
    assertThat(visit.header("content-encoding")).contains("gzip");
    assertThat(last("/gz").values("Accept-Encoding")).containsExactly("gzip, br");
  }

  @Test
  void a_browser_that_leaves_has_the_call_cancelled() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(3);
    upstream.on("/endless", call -> untilGone(call, cancelled, false));
    upstream.on("/endlesschunks", call -> untilGone(call, cancelled, true));
    upstream.on(
        "/halfup",
        call -> {
          try {
            call.readBody();
          } catch (EOFException | java.net.SocketException gone) {
            cancelled.countDown();
            throw gone;
          }
        });
    for (String path : new String[] {"/bff/endless", "/bff/endlesschunks"}) {
      try (GatewayStage.Wire wire = stage.connect()) {
        wire.write(stage.head(browser, "GET " + path) + "\r\n");
        wire.head();
        wire.read(1000);
      }
    }
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "POST /bff/halfup", "Content-Length: 1000000") + "\r\nabc");
      Awaitility.await().until(() -> !upstream.calls("/halfup").isEmpty());
    }
    cancelled.await();
  }

  @Test
  void a_browser_that_does_not_read_stops_the_resource_and_is_cut_in_the_end() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch cancelled = new CountDownLatch(1);
    upstream.on("/slow/much", call -> untilCut(call, written, cancelled));
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "GET /bff/slow/much") + "\r\n");
      wire.head();
      cancelled.await();
      // what the buffers of the system take, and no more
      assertThat(written.get()).isLessThan(64L << 20);
    }
  }

  /** What so few bytes make room for is not enough: no write of the server waits for longer. */
  @Test
  void a_browser_that_takes_two_hundred_bytes_a_second_is_cut_in_the_end() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch cancelled = new CountDownLatch(1);
    upstream.on("/trickled", call -> untilCut(call, written, cancelled));
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.socket().setReceiveBufferSize(4096);
      wire.write(stage.head(browser, "GET /bff/trickled") + "\r\n");
      InputStream in = wire.socket().getInputStream();
      int seconds = 0;
      while (!cancelled.await(1, SECONDS)) {
        assertThat(++seconds).isLessThan(120);
        assertThat(in.readNBytes(200)).hasSize(200);
      }
    }
  }

  /** All answers of protected resources pass one thread: it must wait for no browser. */
  @Test
  void browsers_that_do_not_read_keep_nobody_waiting() throws IOException {
    AtomicLong written = new AtomicLong();
    CountDownLatch cut = new CountDownLatch(1);
    upstream.on("/unread", call -> untilCut(call, written, cut));
    upstream.on("/unread/whole", 200, "x".repeat(16 * 1024));
    upstream.on("/brief", 200, "brief");
    try (GatewayStage.Wire one = stage.connect();
        GatewayStage.Wire two = stage.connect();
        GatewayStage.Wire three = stage.connect()) {
      three.write((stage.head(browser, "GET /bff/unread/whole") + "\r\n").repeat(40));
      for (GatewayStage.Wire wire : List.of(one, two)) {
        wire.write(stage.head(browser, "GET /bff/unread") + "\r\n");
        wire.head();
      }
      long before;
      do {
        before = written.get();
        assertThat(brief()).isEqualTo("brief");
      } while (written.get() > before);
      assertThat(brief()).isEqualTo("brief");
      assertThat(cut.getCount()).isEqualTo(1);
    }
  }

  private String brief() {
    return browser.fetch("GET", "/bff/brief", null, Map.of("X-CSRF", "1")).body();
  }

  @Test
  void an_answer_that_breaks_off_is_seen_to() throws IOException {
    upstream.on(
        "/cut",
        call -> {
          call.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc" + "x".repeat(50_000));
          throw new IOException("cut");
        });
    upstream.on(
        "/cutchunks",
        call -> {
          call.beginChunks(200);
          call.chunk("abc");
          throw new IOException("cut");
        });
    upstream.on(
        "/slow/silent",
        call -> {
          call.beginChunks(200);
          call.chunk("abc");
          call.untilGone();
        });
    upstream.on(
        "/cutsmall",
        call -> {
          call.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
          throw new IOException("cut");
        });
    for (String path : new String[] {"/bff/cutchunks", "/bff/slow/silent"}) {
      try (GatewayStage.Wire wire = stage.connect()) {
        wire.write(stage.head(browser, "GET " + path) + "\r\n");
        String answer = wire.head() + wire.rest();
        assertThat(answer).as(path).startsWith("HTTP/1.1 200").contains("abc");
        assertThat(answer).as(path).doesNotContain("0\r\n\r\n");
      }
    }
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "GET /bff/cut") + "\r\n");
      assertThat(wire.head()).contains("Content-Length: 100000");
      assertThat(wire.rest()).hasSizeLessThan(100_000);
    }
    // over TLS too, where an end can look like one in good order
    for (String path : new String[] {"/bff/cut", "/bff/cutchunks"}) {
      try (GatewayStage.Wire wire = stage.connectOverTls()) {
        wire.write(stage.head(browser, "GET " + path) + "\r\n");
        assertThat(wire.head()).as(path).startsWith("HTTP/1.1 200");
        assertThat(wire.rest())
            .as(path)
            .contains("abc")
            .hasSizeLessThan(100_000)
            .doesNotContain("0\r\n\r\n");
      }
    }
    // nothing of it had left: it can still be said properly
    assertThat(browser.fetch("GET", "/bff/cutsmall", null).status()).isEqualTo(502);
  }

  @Test
  void an_answer_before_the_body_has_been_sent_is_passed_on() throws IOException {
    upstream.on(
        "/early",
        call -> {
          call.write("HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
          throw new IOException("closes without reading");
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "POST /bff/early", "Content-Length: 100000000") + "\r\nabc");
      assertThat(wire.head()).startsWith("HTTP/1.1 413");
      assertThat(wire.read(2)).isEqualTo("no");
    }
  }

  @Test
  void an_answer_leaves_at_once_though_nothing_more_of_the_request_comes() throws IOException {
    String large = "y".repeat(100_000);
    Map.of(
            "/early/small", "413 No\r\nContent-Length: 2\r\n\r\nno",
            "/early/empty", "204 Nothing\r\n\r\n",
            "/early/large", "200 OK\r\nContent-Length: 100000\r\n\r\n" + large,
            "/early/chunks", "200 OK\r\n" + CHUNKED + "\r\n\r\n4\r\nsome\r\n0\r\n\r\n",
            "/early/nonsense", "what?\r\n\r\n")
        .forEach((path, answer) -> upstream.on(path, call -> early(call, answer)));
    Map<String, List<String>> answers =
        Map.of(
            "/bff/early/small", List.of("413", "no"),
            "/bff/early/empty", List.of("204", ""),
            "/bff/early/large", List.of("200", large),
            "/bff/early/chunks", List.of("200", "some\r\n0\r\n\r\n"),
            "/bff/early/nonsense", List.of("502", "}"));
    for (String path : answers.keySet()) {
      try (GatewayStage.Wire wire = stage.connect()) {
        wire.socket().setSoTimeout(10_000); // the server waits 30 s for more of the request
        wire.write(stage.head(browser, "POST " + path, "Content-Length: 1000000") + "\r\nabc");
        assertThat(wire.head()).as(path).startsWith("HTTP/1.1 " + answers.get(path).get(0));
        wire.until(answers.get(path).get(1));
      }
    }
  }

  @Test
  void an_answer_that_breaks_off_before_the_body_ends_leaves_no_thread_behind() throws IOException {
    upstream.on(
        "/half",
        call -> {
          call.beginChunks(200);
          call.chunk("first");
          throw new IOException("cut");
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "POST /bff/half", "Content-Length: 1000000") + "\r\nabc");
      assertThat(wire.head()).startsWith("HTTP/1.1 200");
      wire.until("first");
      wire.write("d");
      assertThat(wire.rest()).doesNotContain("0\r\n\r\n");
      Awaitility.await()
          .until(
              stage.server::threads,
              threads ->
                  threads.contains("gatehouse-watch") && !threads.contains("RequestBody.read"));
    }
  }

  private static void early(FakeUpstream.Call call, String answer) throws IOException {
    call.write("HTTP/1.1 " + answer);
    // more is welcome
    call.untilGone();
  }

  @Test
  void an_answer_that_begins_before_the_body_ends_has_all_its_time() throws IOException {
    upstream.on(
        "/slow/eager",
        call -> {
          call.beginChunks(200);
          call.chunk("first");
          call.readBody();
          Thread.sleep(1500); // longer than an answer may take to begin
          call.chunk("last");
          call.endChunks();
        });
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          stage.head(browser, "POST /bff/slow/eager", "Content-Length: 6", "Connection: close")
              + "\r\nabc");
      String head = wire.head();
      wire.write("def");
      assertThat(head + wire.rest()).contains("first", "last").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void a_body_that_waits_to_be_asked_for_goes_up_for_signed_in_users_only() throws IOException {
    upstream.on("/take100", call -> call.answer(200, call.body()));
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          "POST /bff/take100 HTTP/1.1\r\nHost: localhost\r\nX-CSRF: 1\r\n"
              + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      // Liberty asks for bodies by itself, before anybody here is asked
      assertThat(wire.head()).startsWith("HTTP/1.1 100");
      assertThat(wire.head()).startsWith("HTTP/1.1 401");
    }
    assertThat(upstream.calls("/take100")).isEmpty();
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(
          stage.head(browser, "POST /bff/take100", "Content-Length: 3", "Expect: 100-continue")
              + "\r\n");
      assertThat(wire.head()).startsWith("HTTP/1.1 100");
      wire.write("abc");
      assertThat(wire.head()).startsWith("HTTP/1.1 200");
      assertThat(wire.read(3)).isEqualTo("abc");
    }
    assertThat(last("/take100").values("Expect")).isEmpty();
  }

  private static void gigabyte(FakeUpstream.Call call) throws IOException {
    call.write("HTTP/1.1 200 OK\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
    byte[] piece = new byte[PIECE];
    Arrays.fill(piece, (byte) 'x');
    for (long sent = 0; sent < GIGABYTE; sent += PIECE) {
      call.out().write(piece);
    }
  }

  /** Writes as long as somebody takes it. */
  private static void untilCut(FakeUpstream.Call call, AtomicLong written, CountDownLatch cut)
      throws IOException {
    try {
      call.write("HTTP/1.1 200 OK\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
      for (byte[] piece = new byte[PIECE]; ; written.addAndGet(PIECE)) {
        call.out().write(piece);
      }
    } catch (IOException gone) {
      cut.countDown();
      throw gone;
    }
  }

  private static void gigabyteInChunks(FakeUpstream.Call call) throws IOException {
    call.beginChunks(200);
    byte[] piece = new byte[PIECE];
    for (long sent = 0; sent < GIGABYTE; sent += PIECE) {
      call.write(Integer.toHexString(PIECE) + "\r\n");
      call.out().write(piece);
      call.write("\r\n");
    }
    call.endChunks();
  }

  private static void untilGone(FakeUpstream.Call call, CountDownLatch gone, boolean chunked)
      throws IOException {
    try {
      if (chunked) {
        call.beginChunks(200);
        for (String piece = "x".repeat(1000); ; ) {
          call.chunk(piece);
        }
      }
      call.write("HTTP/1.1 200 OK\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
      for (byte[] piece = new byte[PIECE]; ; ) {
        call.out().write(piece);
      }
    } catch (IOException left) {
      gone.countDown();
      throw left;
    }
  }

  /** Bytes of the body of a good answer. */
  private long received(String path) throws IOException {
    try (GatewayStage.Wire wire = stage.connect()) {
      wire.write(stage.head(browser, "GET " + path) + "\r\n");
      String head = wire.head();
      assertThat(head).startsWith("HTTP/1.1 200");
      InputStream in = wire.in();
      byte[] buffer = new byte[PIECE];
      long total = 0;
      if (head.contains("Content-Length: ")) {
        while (total < GIGABYTE) {
          int count = in.read(buffer, 0, (int) Math.min(PIECE, GIGABYTE - total));
          assertThat(count).isPositive();
          total += count;
        }
        return total;
      }
      while (true) {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
          line.append((char) c);
        }
        int size = Integer.parseInt(line.toString().strip(), 16);
        if (size == 0) {
          return total;
        }
        for (int left = size; left > 0; ) {
          int count = in.read(buffer, 0, Math.min(left, PIECE));
          assertThat(count).isPositive();
          left -= count;
        }
        total += size;
        in.skipNBytes(2);
      }
    }
  }

  private static FakeUpstream.Call last(String path) {
    var calls = upstream.calls(path);
    return calls.get(calls.size() - 1);
  }
}
