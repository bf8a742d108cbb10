package io.gatehouse.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** What a bad provider does with one request instead of answering it. */
@FunctionalInterface
public interface Mischief {
  /**
   * @param honest what a good provider would have answered; asking for it has the good provider's
   *     effects, such as rotating a refresh token
   */
  void play(HttpExchange exchange, Supplier<Reply> honest) throws IOException;

  /** Answers late. */
  static Mischief delay(Duration by) {
    return (exchange, honest) -> {
      sleep(by);
      honest.get().send(exchange);
    };
  }

  /** Answers when the gate opens, so that tests decide the order of things. */
  static Mischief waitFor(CountDownLatch gate) {
    return (exchange, honest) -> {
      await(gate);
      honest.get().send(exchange);
    };
  }

  /** Takes the request and never answers. */
  static Mischief hang() {
    return (exchange, honest) -> sleep(Duration.ofHours(1));
  }

  /** Acts on the request and never answers. */
  static Mischief actThenHang() {
    return (exchange, honest) -> {
      honest.get();
      sleep(Duration.ofHours(1));
    };
  }

  /** Sends the body one byte at a time. */
  static Mischief drip(Duration between) {
    return (exchange, honest) -> {
      Reply reply = honest.get();
      reply.sendHead(exchange);
      OutputStream body = exchange.getResponseBody();
      for (byte one : reply.body()) {
        body.write(one);
        body.flush();
        sleep(between);
      }
      exchange.close();
    };
  }

  /** Closes the connection having done nothing. */
  static Mischief die() {
    return (exchange, honest) -> exchange.close();
  }

  /** Acts on the request and closes the connection without an answer. */
  static Mischief actThenDie() {
    return (exchange, honest) -> {
      honest.get();
      exchange.close();
    };
  }

  /** Closes the connection after the headers. */
  static Mischief dieAfterHeaders() {
    return (exchange, honest) -> {
      honest.get().sendHead(exchange);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** Closes the connection in the middle of the body. */
  static Mischief dieMidBody() {
    return (exchange, honest) -> {
      Reply reply = honest.get();
      reply.sendHead(exchange);
      exchange.getResponseBody().write(Arrays.copyOf(reply.body(), reply.body().length / 2));
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** The same with an answer that is made up: nothing is rotated. */
  static Mischief idly(Mischief mischief) {
    Reply madeUp = Reply.json(200, Map.of("access_token", "made-up", "expires_in", 60));
    return (exchange, honest) -> mischief.play(exchange, () -> madeUp);
  }

  /** Answers this instead, having done nothing. */
  static Mischief reply(Reply instead) {
    return (exchange, honest) -> instead.send(exchange);
  }

  static Mischief status(int status) {
    return reply(Reply.text(status, "text/html", "<h1>no</h1>"));
  }

  static Mischief error(int status, String code) {
    return reply(Reply.error(status, code));
  }

  static Mischief tooManyRequests(String retryAfter) {
    return reply(Reply.error(429, "slow_down").withHeader("Retry-After", retryAfter));
  }

  /** Acts, and answers something altered. */
  static Mischief alter(UnaryOperator<Reply> alteration) {
    return (exchange, honest) -> alteration.apply(honest.get()).send(exchange);
  }

  static Mischief garbage() {
    return alter(reply -> reply.withBody("{\"access_token\":"));
  }

  static Mischief contentType(String type) {
    return alter(reply -> reply.withHeader("Content-Type", type));
  }

  /** Says the first member of the JSON object twice. */
  static Mischief duplicateKeys() {
    return alter(
        reply -> {
          String text = reply.text();
          String first = text.substring(1, text.indexOf(':'));
          return reply.withBody("{" + first + ":\"other\"," + text.substring(1));
        });
  }

  static Mischief redirectTo(String location) {
    return (exchange, honest) -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(307, -1);
      exchange.close();
    };
  }

  /** A good answer, followed by spaces without end. */
  static Mischief hugeBody() {
    return (exchange, honest) -> {
      Reply reply = honest.get();
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.sendResponseHeaders(reply.status(), 0);
      OutputStream body = exchange.getResponseBody();
      body.write(reply.body());
      byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
      for (int written = 0; written < 64 * 1024; written++) {
        body.write(spaces);
      }
      exchange.close();
    };
  }

  /** Twenty megabytes of spaces around a good answer, packed into a fraction of one. */
  static Mischief gzipBomb() {
    return (exchange, honest) -> {
      Reply reply = honest.get();
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      exchange.sendResponseHeaders(reply.status(), 0);
      try (GZIPOutputStream packed = new GZIPOutputStream(exchange.getResponseBody())) {
        packed.write(reply.body());
        byte[] spaces = " ".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII);
        for (int written = 0; written < 20; written++) {
          packed.write(spaces);
        }
      }
      exchange.close();
    };
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }
}
