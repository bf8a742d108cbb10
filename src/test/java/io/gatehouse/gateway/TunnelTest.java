package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.WebSocketEnd;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the watch ends a WebSocket; what passes through one is {@code GatewayWebSocketIT}'s. */
class TunnelTest {
  // close to the end: differences alone may count
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Tunnels tunnels = new Tunnels(Runnable::run, nanos::get);
  private final ByteArrayEndPoint resource = connected();
  private final Browser browser = new Browser();
  private final List<Boolean> asked = new ArrayList<>();
  private boolean isUnknown;
  private boolean isSignedIn = true;
  private int left;
  private final Tunnel tunnel =
      tunnels.open(resource, new Tunnel.Terms(this::goesOn, Duration.ofMinutes(10)), () -> left++);

  /** As it is while it still speaks HTTP. */
  private static ByteArrayEndPoint connected() {
    ByteArrayEndPoint end = new ByteArrayEndPoint();
    end.setConnection(
        new AbstractConnection(end, Runnable::run) {
          @Override
          public void onFillable() {}
        });
    return end;
  }

  private boolean goesOn(boolean isUse) {
    asked.add(isUse);
    if (isUnknown) {
      throw new IllegalStateException("nobody can tell");
    }
    return isSignedIn;
  }

  @AfterEach
  void close() {
    tunnel.end(Ending.CUT);
    tunnels.close();
  }

  @Test
  void the_end_of_the_session_ends_both_sides() throws IOException {
    tunnel.enter(browser);
    after(Duration.ofSeconds(2));
    isSignedIn = false;
    after(Duration.ofSeconds(2));
    assertThat(left).isOne();
    assertThat(browser.closing()).isEqualTo("1008 the session has ended");
    assertThat(resource.isOpen()).isFalse();
    // the browser does not answer
    after(Duration.ofSeconds(2));
    assertThat(browser.isClosed).isFalse();
    after(Duration.ofSeconds(1));
    assertThat(browser.isClosed).isTrue();
    assertThat(left).isOne();
  }

  @Test
  void a_store_that_does_not_answer_ends_it_only_after_a_while() throws IOException {
    tunnel.enter(browser);
    isUnknown = true;
    after(Duration.ofSeconds(2));
    after(Duration.ofSeconds(28));
    assertThat(left).isZero();
    isUnknown = false;
    after(Duration.ofSeconds(2));
    isUnknown = true;
    after(Duration.ofSeconds(30));
    assertThat(left).isZero();
    after(Duration.ofSeconds(1));
    assertThat(left).isOne();
    assertThat(browser.closing()).isEqualTo("1013 the session cannot be looked up");
  }

  @Test
  void a_message_is_use_of_the_session_once_and_is_not_forgotten_while_nobody_can_tell()
      throws IOException {
    tunnel.enter(browser);
    browser.says(WebSocketEnd.TEXT);
    isUnknown = true;
    after(Duration.ofSeconds(2));
    isUnknown = false;
    after(Duration.ofSeconds(2));
    after(Duration.ofSeconds(2));
    browser.says(WebSocketEnd.PONG);
    after(Duration.ofSeconds(2));
    assertThat(asked).containsExactly(true, true, false, false);
  }

  @Test
  void silence_ends_it() throws IOException {
    tunnel.enter(browser);
    after(Duration.ofMinutes(10));
    browser.says(WebSocketEnd.PONG);
    after(Duration.ofMinutes(10));
    assertThat(left).isZero();
    after(Duration.ofSeconds(1));
    assertThat(browser.closing()).isEqualTo("1001 silent for too long");
  }

  @Test
  void one_that_the_browser_never_enters_ends() throws IOException {
    after(Duration.ofSeconds(10));
    assertThat(left).isZero();
    after(Duration.ofSeconds(1));
    assertThat(left).isOne();
    assertThat(resource.isOpen()).isFalse();
    // it comes after all
    tunnel.enter(browser);
    assertThat(browser.closing()).isEqualTo("1001 silent for too long");
    assertThat(browser.isClosed).isFalse();
    after(Duration.ofSeconds(3));
    assertThat(browser.isClosed).isTrue();
  }

  @Test
  void a_browser_that_enters_while_the_server_stops_is_told() throws IOException {
    tunnel.end(Ending.STOPPING);
    assertThat(resource.isOpen()).isFalse();
    tunnel.enter(browser);
    assertThat(browser.closing()).isEqualTo("1001 the server stops");
    // it may answer, as others may
    assertThat(browser.isClosed).isFalse();
    after(Duration.ofSeconds(3));
    assertThat(browser.isClosed).isTrue();
  }

  @Test
  void a_browser_that_enters_long_after_the_end_is_told_and_let_go() throws IOException {
    tunnel.end(Ending.STOPPING);
    after(Duration.ofSeconds(3));
    tunnel.enter(browser);
    assertThat(browser.closing()).isEqualTo("1001 the server stops");
    assertThat(browser.isClosed).isTrue();
  }

  @Test
  void a_browser_that_is_taking_something_is_told_after_it() throws Exception {
    tunnel.enter(browser);
    Thread ends = new Thread(() -> tunnel.end(Ending.STOPPING));
    browser.answers =
        () -> {
          browser.answers = () -> {};
          ends.start();
          await()
              .pollInterval(Duration.ofMillis(10))
              .until(ends::getState, state -> state == Thread.State.TIMED_WAITING);
        };
    tunnel.down(new byte[0], 0, 0);
    ends.join();
    assertThat(browser.closing()).isEqualTo("1001 the server stops");
  }

  @Test
  void the_end_of_the_server_is_said() throws IOException {
    tunnel.enter(browser);
    browser.says(WebSocketEnd.TEXT);
    browser.answers = () -> browser.says(WebSocketEnd.CLOSE);
    tunnels.close();
    assertThat(browser.closing()).isEqualTo("1001 the server stops");
    assertThat(browser.isClosed).isTrue();
    assertThat(left).isOne();
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
    tunnel.look();
  }

  /** The browser's connection, as the container gives it. */
  private static final class Browser extends ServletInputStream implements WebConnection {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private ByteArrayInputStream said = new ByteArrayInputStream(new byte[0]);
    private ReadListener listener;
    private Runnable answers = () -> {};
    private boolean isClosed;

    void says(int opcode) {
      try {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        new WebSocketEnd(nullInputStream(), frame, true).send(true, opcode, new byte[2]);
        said = new ByteArrayInputStream(frame.toByteArray());
        listener.onDataAvailable();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    String closing() throws IOException {
      return new WebSocketEnd(
              new ByteArrayInputStream(heard.toByteArray()), OutputStream.nullOutputStream(), true)
          .read()
          .closing();
    }

    @Override
    public ServletInputStream getInputStream() {
      return this;
    }

    @Override
    public ServletOutputStream getOutputStream() {
      return new ServletOutputStream() {
        @Override
        public void write(int b) {
          heard.write(b);
        }

        @Override
        public void flush() {
          answers.run();
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setWriteListener(WriteListener unused) {}
      };
    }

    @Override
    public int read() {
      return said.read();
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public boolean isReady() {
      return said.available() > 0;
    }

    @Override
    public void setReadListener(ReadListener told) {
      listener = told;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
