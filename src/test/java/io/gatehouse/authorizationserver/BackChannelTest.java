package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gatehouse.authorizationserver.NoAnswer.Sent;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RawServer;
import io.gatehouse.testing.RecordedRequest;
import io.gatehouse.testing.Reply;
import jakarta.ws.rs.core.Form;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Security rule 9, limit by limit. */
class BackChannelTest {
  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();

  @AfterEach
  void stop() {
    backChannel.close();
    fake.close();
  }

  @Test
  void an_answer_arrives_whole() throws NoAnswer {
    Answer answer = get(fake.address(Endpoint.DISCOVERY));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().orElseThrow()).containsEntry("issuer", fake.issuer().toString());
  }

  @Test
  void the_request_asks_for_plain_json_and_carries_no_cookie() throws NoAnswer {
    fake.always(
        Endpoint.JWKS, Mischief.alter(reply -> reply.withHeader("Set-Cookie", "track=1; Path=/")));

    get(fake.address(Endpoint.JWKS));
    get(fake.address(Endpoint.JWKS));

    RecordedRequest request = fake.last(Endpoint.JWKS);
    assertThat(request.header("Accept")).containsExactly("application/json");
    assertThat(request.header("Accept-Encoding")).containsExactly("identity");
    assertThat(request.header("User-Agent")).containsExactly("Gatehouse");
    assertThat(request.header("Cookie")).isEmpty();
  }

  @Test
  void a_redirect_is_not_followed() throws NoAnswer {
    fake.next(Endpoint.JWKS, Mischief.redirectTo(fake.address(Endpoint.DISCOVERY).toString()));

    assertThat(get(fake.address(Endpoint.JWKS)).status()).isEqualTo(307);
    assertThat(fake.count(Endpoint.DISCOVERY)).isZero();
  }

  @Test
  void a_body_in_drips_ends_at_the_whole_deadline() {
    fake.next(Endpoint.JWKS, Mischief.drip(Duration.ofMillis(100)));

    NoAnswer noAnswer =
        soon(
            Setup.impatient(),
            channel -> channel.get(fake.address(Endpoint.JWKS), Optional.empty(), Setup.DEADLINE));

    assertThat(noAnswer.reason()).isEqualTo("no whole answer in time");
  }

  @Test
  void headers_in_drips_end_at_the_read_time_limit() throws IOException {
    try (RawServer server =
        RawServer.start(
            (in, out) -> {
              out.write(bytes("HTTP/1.1 200 OK\r\n"));
              while (true) {
                out.write(bytes("X: y\r\n"));
                out.flush();
                Thread.sleep(100);
              }
            })) {
      NoAnswer noAnswer =
          soon(
              Setup.impatientToRead(),
              channel -> channel.get(server.address(), Optional.empty(), Setup.PATIENCE));

      assertThat(noAnswer.reason()).isEqualTo("no whole answer in time");
    }
  }

  @Test
  void a_hanging_peer_ends_at_the_read_time_limit() {
    fake.next(Endpoint.JWKS, Mischief.hang());

    NoAnswer noAnswer =
        soon(
            Setup.impatientToRead(),
            channel -> channel.get(fake.address(Endpoint.JWKS), Optional.empty(), Setup.PATIENCE));

    assertThat(noAnswer.reason()).isEqualTo("no whole answer in time");
  }

  @Test
  void a_peer_that_takes_no_connection_ends_at_the_connect_time_limit() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      fill(full, waiting);
      URI address = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/token");

      NoAnswer noAnswer =
          soon(Setup.impatientToConnect(), channel -> post(channel, address, Setup.PATIENCE));

      assertThat(noAnswer.reason()).isEqualTo("no connection in time");
      assertThat(noAnswer.sent()).isEqualTo(Sent.NO);
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** A call that must fail, long before patience would have run out. */
  private static NoAnswer soon(BackChannel channel, Call call) {
    try (channel) {
      long start = System.nanoTime();
      NoAnswer noAnswer = catchThrowableOfType(NoAnswer.class, () -> call.on(channel));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Setup.SOON);
      return noAnswer;
    }
  }

  private interface Call {
    Answer on(BackChannel channel) throws NoAnswer;
  }

  /** Takes every place in the queue of a server that never accepts. */
  private static void fill(ServerSocket full, List<Socket> waiting) {
    try {
      while (true) {
        Socket socket = new Socket();
        waiting.add(socket);
        socket.connect(new InetSocketAddress("127.0.0.1", full.getLocalPort()), 200);
      }
    } catch (IOException noMorePlaces) {
      // as wanted
    }
  }

  @Test
  void a_body_over_one_megabyte_is_not_read_to_its_end() {
    fake.next(Endpoint.JWKS, Mischief.hugeBody());

    assertThat(getFails(fake.address(Endpoint.JWKS)).reason()).isEqualTo("its answer is too large");
  }

  @Test
  void a_body_of_exactly_one_megabyte_passes_and_one_byte_more_does_not() throws NoAnswer {
    int megabyte = 1024 * 1024;
    fake.next(Endpoint.JWKS, Mischief.reply(Reply.text(200, "text/plain", "x".repeat(megabyte))));
    fake.next(
        Endpoint.JWKS, Mischief.reply(Reply.text(200, "text/plain", "x".repeat(megabyte + 1))));

    assertThat(get(fake.address(Endpoint.JWKS)).body()).hasSize(megabyte);
    assertThat(getFails(fake.address(Endpoint.JWKS)).reason()).isEqualTo("its answer is too large");
  }

  @Test
  void a_compressed_answer_is_refused_unopened() {
    fake.next(Endpoint.JWKS, Mischief.gzipBomb());

    assertThat(getFails(fake.address(Endpoint.JWKS)).reason())
        .isEqualTo("its answer is compressed");
  }

  @Test
  void too_many_headers_are_refused() throws IOException {
    try (RawServer server = RawServer.start((in, out) -> answer(in, out, "X: y\r\n".repeat(101)))) {
      assertThat(getFails(server.address()).reason()).isEqualTo("its answer has too many headers");
    }
  }

  @Test
  void headers_of_too_many_characters_are_refused() throws IOException {
    String big = "X: " + "y".repeat(33 * 1024) + "\r\n";
    try (RawServer server = RawServer.start((in, out) -> answer(in, out, big))) {
      assertThat(getFails(server.address()).reason()).isEqualTo("its answer has too many headers");
    }
  }

  @Test
  void endless_headers_are_not_read_to_their_end() throws IOException {
    try (RawServer server =
        RawServer.start(
            (in, out) -> {
              out.write(bytes("HTTP/1.1 200 OK\r\n"));
              while (true) {
                out.write(bytes("X: " + "y".repeat(8 * 1024) + "\r\n"));
              }
            })) {
      assertThat(getFails(server.address()).reason()).isEqualTo("connection broken off");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {";;;", "", "application/json, text/html", "application", "a/b/c"})
  void a_content_type_that_is_none_is_not_json(String contentType) throws Exception {
    try (RawServer server =
        RawServer.start((in, out) -> answer(in, out, "Content-Type: " + contentType + "\r\n"))) {
      assertThat(get(server.address()).json()).isEmpty();
    }
  }

  @Test
  void a_connection_refused_was_not_sent() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }

    NoAnswer noAnswer = postFails(URI.create("http://127.0.0.1:" + port + "/token"));

    assertThat(noAnswer.reason()).isEqualTo("connection refused");
    assertThat(noAnswer.sent()).isEqualTo(Sent.NO);
  }

  @Test
  void an_unknown_host_was_not_sent() {
    NoAnswer noAnswer = postFails(URI.create("https://no-such-host.invalid/token"));

    assertThat(noAnswer.sent()).isEqualTo(Sent.NO);
  }

  @Test
  void a_request_that_died_after_sending_may_have_been_acted_on_and_is_not_repeated() {
    fake.always(Endpoint.TOKEN, Mischief.die());

    NoAnswer noAnswer = postFails(fake.address(Endpoint.TOKEN));

    assertThat(noAnswer.reason()).isEqualTo("connection broken off");
    assertThat(noAnswer.sent()).isEqualTo(Sent.MAYBE);
    assertThat(fake.count(Endpoint.TOKEN)).isEqualTo(1);
  }

  @Test
  void a_fence_that_fell_keeps_the_body_here() {
    NoAnswer noAnswer =
        catchThrowableOfType(
            NoAnswer.class,
            () ->
                backChannel.post(
                    fake.address(Endpoint.TOKEN),
                    new Form("refresh_token", "secret"),
                    Optional.empty(),
                    Setup.PATIENCE,
                    () -> false));

    assertThat(noAnswer.reason()).isEqualTo("given up before sending");
    assertThat(noAnswer.sent()).isEqualTo(Sent.FENCED);
    assertThat(fake.requests()).isEmpty();
  }

  @Test
  void one_origin_takes_no_more_than_its_share_of_threads() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    fake.always(Endpoint.JWKS, Mischief.waitFor(gate));
    ExecutorService callers = Executors.newCachedThreadPool();
    try {
      List<Future<Answer>> calls = new ArrayList<>();
      for (int call = 0; call < 32; call++) {
        calls.add(callers.submit(() -> get(fake.address(Endpoint.JWKS))));
      }
      await().until(() -> fake.count(Endpoint.JWKS) == 32);

      assertThat(getFails(fake.address(Endpoint.JWKS)).reason())
          .isEqualTo("too many requests are waiting for it");
      assertThat(fake.count(Endpoint.JWKS)).isEqualTo(32);

      gate.countDown();
      for (Future<Answer> call : calls) {
        assertThat(call.get().status()).isEqualTo(200);
      }
      assertThat(get(fake.address(Endpoint.JWKS)).status()).isEqualTo(200);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void after_the_end_nothing_is_sent() {
    backChannel.close();

    NoAnswer noAnswer = postFails(fake.address(Endpoint.TOKEN));

    assertThat(noAnswer.reason()).isEqualTo("we are shutting down");
    assertThat(noAnswer.sent()).isEqualTo(Sent.NO);
    assertThat(fake.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://as.example/token",
        "https://as.example:8443/token?p=policy",
        "http://localhost:9080/token",
        "http://127.0.0.1/token",
        "http://127.1.2.3/token",
        "http://[::1]:8080/token"
      })
  void https_and_http_to_this_host_are_permitted(String address) {
    assertThat(BackChannel.permits(URI.create(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://as.example/token",
        "http://localhost.evil.example/token",
        "http://127.0.0.1.evil.example/token",
        "http://0.0.0.0/token",
        "http://10.0.0.1/token",
        "http://user@localhost/token",
        "https://user:password@as.example/token",
        "https://as.example/token#fragment",
        "ftp://as.example/token",
        "file:///etc/passwd",
        "https:/token",
        "mailto:a@b",
        "/token"
      })
  void nothing_else_is_permitted(String address) {
    assertThat(BackChannel.permits(URI.create(address))).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> get(URI.create(address)));
  }

  private Answer get(URI address) throws NoAnswer {
    return backChannel.get(address, Optional.empty(), Setup.PATIENCE);
  }

  private NoAnswer getFails(URI address) {
    return catchThrowableOfType(NoAnswer.class, () -> get(address));
  }

  private NoAnswer postFails(URI address) {
    return catchThrowableOfType(NoAnswer.class, () -> post(backChannel, address, Setup.PATIENCE));
  }

  private static Answer post(BackChannel channel, URI address, Duration limit) throws NoAnswer {
    return channel.post(address, new Form("a", "b"), Optional.empty(), limit, () -> true);
  }

  private static void answer(InputStream in, OutputStream out, String headers) throws IOException {
    in.read(new byte[8192]);
    out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + headers + "\r\n{}"));
    out.flush();
    in.read();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
