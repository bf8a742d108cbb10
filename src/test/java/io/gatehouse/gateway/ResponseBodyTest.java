package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.WaitingRoom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseBodyTest {
  private final WaitingRoom room = new WaitingRoom(1);
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch taken = new CountDownLatch(1);

  @AfterEach
  void close() {
    taken.countDown();
    room.close();
  }

  @Test
  void nobody_waits_for_a_browser_but_the_room() {
    ResponseBody body = body(new Browser());
    body.pass(piece("one"), () -> events.add("more"));
    // came back although the browser takes nothing
    assertThat(events).isEmpty();

    taken.countDown();
    Awaitility.await().until(() -> events.contains("more"));
  }

  @Test
  void the_connection_is_given_back_when_the_writer_is_out_of_it() {
    ResponseBody body = body(new Browser());
    body.pass(piece("one"), () -> events.add("more"));

    assertThat(body.isOver(() -> events.add("complete"))).isFalse();
    assertThat(events).isEmpty();
    taken.countDown();

    Awaitility.await().until(() -> !events.isEmpty());
    assertThat(events).containsExactly("complete");
    assertThat(body.isOver(() -> {})).isTrue();
  }

  @Test
  void a_piece_for_which_there_is_no_room_is_refused_and_leaves_nobody_writing() {
    body(new Browser()).pass(piece("of another"), () -> {});
    ResponseBody late = body(new ByteArrayOutputStream());

    assertThatThrownBy(() -> late.pass(piece("one"), () -> {})).isInstanceOf(RequestRefused.class);
    assertThat(late.isOver(() -> {})).isTrue();
  }

  @Test
  void a_browser_that_left_is_told_of_and_asked_no_more() {
    ResponseBody body =
        body(
            new OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                throw new IOException("gone");
              }
            });
    body.pass(piece("one"), () -> events.add("more"));
    Awaitility.await().until(() -> body.isOver(() -> {}));
    assertThat(events).containsExactly("gone");
  }

  private ResponseBody body(OutputStream out) {
    return new ResponseBody(out, true, room, left -> events.add("gone"));
  }

  private static Content.Chunk piece(String text) {
    return Content.Chunk.from(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), false);
  }

  /** Takes nothing until it is let. */
  private final class Browser extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      try {
        taken.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }
}
