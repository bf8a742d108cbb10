package io.gatehouse.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A protected resource that does to each path whatever a test wants, down to the last byte on the
 * wire, and keeps what it was asked.
 */
public final class FakeUpstream implements AutoCloseable {
  /** Answers one request; the connection is closed after a failure. */
  @FunctionalInterface
  public interface Handler {
    void handle(Call call) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  public FakeUpstream() {
    try {
      socket = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** From now on requests for this path, whatever their query, are answered so. */
  public void on(String path, Handler handler) {
    handlers.put(path, handler);
  }

  /** The same with a plain answer. */
  public void on(String path, int status, String body, String... fields) {
    on(path, call -> call.answer(status, body, fields));
  }

  /** What has been asked at this path since the start. */
  public List<Call> calls(String path) {
    return calls.stream().filter(call -> call.path().equals(path)).toList();
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** One request, and the wire to answer on. */
  public static final class Call {
    private final String method;
    private final String target;
    private final List<String> fields;
    private final InputStream in;
    private final OutputStream out;
    private long received;
    private boolean isRead;
    private boolean isWebSocket;

    private Call(String line, List<String> fields, InputStream in, OutputStream out) {
      this.method = line.substring(0, line.indexOf(' '));
      this.target = line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
      this.fields = fields;
      this.in = in;
      this.out = out;
    }

    public String method() {
      return method;
    }

    /** As on the wire, with its query. */
    public String target() {
      return target;
    }

    public String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }

    /** Every field line as it came. */
    public List<String> fields() {
      return fields;
    }

    public List<String> values(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ":";
      return fields.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .toList();
    }

    public OutputStream out() {
      return out;
    }

    /** The connection's bytes after the header. */
    public InputStream in() {
      return in;
    }

    /** Bytes of the body that have been read. */
    public long received() {
      return received;
    }

    /** Writes exactly this, line ends and all. */
    public void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    public void answer(int status, String body, String... more) throws IOException {
      readBody();
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
      for (String field : more) {
        head.append(field).append("\r\n");
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
      write(head.toString());
      if (!method.equals("HEAD")) {
        out.write(bytes);
      }
      out.flush();
    }

    /**
     * Opens the WebSocket that was asked for.
     *
     * @param more fields of the answer
     */
    public WebSocketEnd openWebSocket(String... more) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
      head.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
      head.append(WebSocketEnd.accept(values("Sec-WebSocket-Key").get(0))).append("\r\n");
      for (String field : more) {
        head.append(field).append("\r\n");
      }
      isWebSocket = true;
      write(head + "\r\n");
      return new WebSocketEnd(in, out, false);
    }

    /** Opens it, and sends every frame back until one closes it. */
    public void echoWebSocket(String... more) throws IOException {
      WebSocketEnd end = openWebSocket(more);
      WebSocketEnd.Frame frame;
      do {
        frame = end.read();
        end.send(frame.isLast(), frame.opcode(), frame.payload());
      } while (frame.opcode() != WebSocketEnd.CLOSE);
    }

    /** Says nothing more until the other side gives up. */
    public void untilGone() throws IOException {
      while (in.read() >= 0) {
        // it has nothing more to say either
      }
    }

    /** Begins a chunked answer. */
    public void beginChunks(int status, String... more) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
      for (String field : more) {
        head.append(field).append("\r\n");
      }
      write(head + "Transfer-Encoding: chunked\r\n\r\n");
    }

    public void chunk(String text) throws IOException {
      write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    public void endChunks() throws IOException {
      write("0\r\n\r\n");
    }

    /** The whole body; only for those that fit into memory. */
    public String body() throws IOException {
      StringBuilder body = new StringBuilder();
      eachPiece((bytes, count) -> body.append(new String(bytes, 0, count, StandardCharsets.UTF_8)));
      return body.toString();
    }

    public void readBody() throws IOException {
      eachPiece((bytes, count) -> {});
    }

    /** What to do with bytes of a body. */
    public interface Piece {
      void take(byte[] bytes, int count) throws IOException;
    }

    public void eachPiece(Piece piece) throws IOException {
      if (isRead) {
        return;
      }
      isRead = true;
      byte[] buffer = new byte[65536];
      if (values("Transfer-Encoding").contains("chunked")) {
        for (long size = chunkSize(); size > 0; size = chunkSize()) {
          take(size, buffer, piece);
          line(in);
        }
        line(in);
      } else if (!values("Content-Length").isEmpty()) {
        take(Long.parseLong(values("Content-Length").get(0)), buffer, piece);
      }
    }

    private long chunkSize() throws IOException {
      String size = line(in).strip();
      if (size.isEmpty()) {
        throw new EOFException();
      }
      return Long.parseLong(size, 16);
    }

    private void take(long size, byte[] buffer, Piece piece) throws IOException {
      for (long left = size; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new EOFException();
        }
        received += count;
        left -= count;
        piece.take(buffer, count);
      }
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        daemon(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        List<String> fields = new ArrayList<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
          fields.add(field);
        }
        Call call = new Call(line, List.copyOf(fields), in, out);
        calls.add(call);
        handlers
            .getOrDefault(call.path(), unknown -> unknown.answer(404, "nothing here"))
            .handle(call);
        if (call.isWebSocket) {
          return;
        }
      }
    } catch (IOException gone) {
      // the other side has left, or a handler wants the connection gone
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(connection);
    }
  }

  /** A line without its end; empty at the end of the stream. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "fake-upstream");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
