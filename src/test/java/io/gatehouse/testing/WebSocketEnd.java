package io.gatehouse.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** One side of an open WebSocket, frame by frame (RFC 6455 §5.2), which does nothing by itself. */
public final class WebSocketEnd {
  public static final int CONTINUATION = 0x0;
  public static final int TEXT = 0x1;
  public static final int BINARY = 0x2;
  public static final int CLOSE = 0x8;
  public static final int PING = 0x9;
  public static final int PONG = 0xA;

  private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

  private final InputStream in;
  private final OutputStream out;
  private final boolean isClient;

  public WebSocketEnd(InputStream in, OutputStream out, boolean isClient) {
    this.in = in;
    this.out = out;
    this.isClient = isClient;
  }

  /** A frame as it came, unmasked. */
  public record Frame(boolean isLast, int opcode, byte[] payload) {
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** Of a close frame: {@code 1000 reason}, or nothing. */
    public String closing() {
      return opcode != CLOSE
          ? "no close frame but " + opcode + " " + text()
          : payload.length < 2
              ? ""
              : ((payload[0] & 0xFF) << 8 | payload[1] & 0xFF)
                  + " "
                  + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
  }

  public void send(String text) throws IOException {
    send(true, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public void close(int status, String reason) throws IOException {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[2 + text.length];
    payload[0] = (byte) (status >> 8);
    payload[1] = (byte) status;
    System.arraycopy(text, 0, payload, 2, text.length);
    send(true, CLOSE, payload);
  }

  public void send(boolean isLast, int opcode, byte[] payload) throws IOException {
    byte[] bytes = payload;
    if (isClient) {
      bytes = payload.clone();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= MASK[i % MASK.length];
      }
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(head(isLast, opcode, payload.length));
    frame.write(bytes);
    // in one piece: two small ones wait for each other (Nagle's algorithm)
    frame.writeTo(out);
    out.flush();
  }

  /** The head of a frame whose payload the caller writes, or does not. */
  public byte[] head(boolean isLast, int opcode, long length) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int mask = isClient ? 0x80 : 0;
    head.write((isLast ? 0x80 : 0) | opcode);
    if (length < 126) {
      head.write(mask | (int) length);
    } else {
      int bytes = length < 65536 ? 2 : 8;
      head.write(mask | (bytes == 2 ? 126 : 127));
      for (int i = bytes - 1; i >= 0; i--) {
        head.write((int) (length >> 8 * i));
      }
    }
    if (isClient) {
      head.write(MASK);
    }
    return head.toByteArray();
  }

  public OutputStream out() {
    return out;
  }

  /** The next frame, whatever it is. */
  public Frame read() throws IOException {
    int first = next();
    int second = next();
    long length = second & 0x7F;
    if (length >= 126) {
      int bytes = length == 126 ? 2 : 8;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | next();
      }
    }
    byte[] mask = (second & 0x80) == 0 ? new byte[4] : in.readNBytes(4);
    if (((second & 0x80) == 0) != isClient) {
      throw new IOException("clients mask, and nobody else (RFC 6455 §5.1)");
    }
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException("within a frame");
    }
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return new Frame((first & 0x80) != 0, first & 0x0F, payload);
  }

  /** What else comes until the end of the connection, which should be nothing. */
  public String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        rest.append((char) next);
      }
    } catch (java.net.SocketException reset) {
      // as good as the end
    }
    return rest.toString();
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("between frames");
    }
    return next;
  }

  /** What proves that a handshake was understood (§4.2.2). */
  public static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
