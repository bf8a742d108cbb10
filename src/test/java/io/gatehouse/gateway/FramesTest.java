package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.WebSocketEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final WebSocketEnd browser = end(true);
  private final WebSocketEnd resource = end(false);
  private final Frames frames = new Frames();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536, 70000})
  void a_frame_of_any_length_ends_where_it_ends_however_it_is_cut(int length) throws IOException {
    for (WebSocketEnd end : new WebSocketEnd[] {browser, resource}) {
      bytes.reset();
      end.send(true, WebSocketEnd.BINARY, new byte[length]);
      byte[] frame = bytes.toByteArray();
      for (int piece : new int[] {1, 7, 4096, frame.length}) {
        for (int from = 0; from < frame.length; from += piece) {
          frames.pass(frame, from, Math.min(piece, frame.length - from));
          assertThat(frames.isBetween()).isEqualTo(from + piece >= frame.length);
        }
      }
    }
    assertThat(frames.isClosed()).isFalse();
  }

  @Test
  void pings_and_pongs_are_no_messages() throws IOException {
    assertThat(passes(WebSocketEnd.PING)).isFalse();
    assertThat(passes(WebSocketEnd.PONG)).isFalse();
    assertThat(passes(WebSocketEnd.TEXT)).isTrue();
    assertThat(passes(WebSocketEnd.BINARY)).isTrue();
    assertThat(passes(WebSocketEnd.CONTINUATION)).isTrue();
    assertThat(frames.isClosed()).isFalse();
    assertThat(passes(WebSocketEnd.CLOSE)).isFalse();
    assertThat(frames.isClosed()).isTrue();
  }

  private boolean passes(int opcode) throws IOException {
    bytes.reset();
    browser.send(true, opcode, new byte[3]);
    return frames.pass(bytes.toByteArray(), 0, bytes.size());
  }

  private WebSocketEnd end(boolean isClient) {
    return new WebSocketEnd(InputStream.nullInputStream(), bytes, isClient);
  }
}
