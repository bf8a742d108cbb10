package it.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stands between a node and what it talks to, and can keep things back, fall silent or be gone. */
final class TcpProxy implements AutoCloseable {
  private final int target;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch silence = new CountDownLatch(0);
  private volatile ServerSocket door;
  private final int port;

  TcpProxy(int target) {
    this.target = target;
    this.door = listen(0);
    this.port = door.getLocalPort();
  }

  int port() {
    return port;
  }

  /**
   * Keeps back, until released, every exchange whose request has all these words in it: before the
   * target sees the request, or after it has answered.
   */
  Hold hold(Hold.Part part, String... words) {
    Hold hold = new Hold(part, List.of(words));
    holds.add(hold);
    return hold;
  }

  /** From now on nothing comes through in either direction, and nobody is told. */
  void fallSilent() {
    silence = new CountDownLatch(1);
  }

  /** What was kept back by {@link #fallSilent} arrives late. */
  void speak() {
    silence.countDown();
  }

  /** Cuts every connection and refuses new ones. */
  void refuse() {
    closeQuietly(door);
    cut();
  }

  /** Cuts every connection and takes new ones. */
  void cut() {
    connections.forEach(Connection::close);
  }

  /** Takes connections at the same port again. */
  void accept() {
    if (door.isClosed()) {
      door = listen(port);
    }
  }

  @Override
  public void close() {
    holds.forEach(Hold::release);
    speak();
    refuse();
  }

  private ServerSocket listen(int at) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 200);
      start("accept", () -> take(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        start("connect", () -> connect(client));
      } catch (IOException closing) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    await(silence);
    try {
      Connection connection =
          new Connection(client, new Socket(InetAddress.getLoopbackAddress(), target));
      connections.add(connection);
      start("ask", connection::ask);
      start("answer", connection::answer);
    } catch (IOException targetIsGone) {
      closeQuietly(client);
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket server;
    private final StringBuffer asked = new StringBuffer();
    private volatile @Nullable Hold held;

    Connection(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void ask() {
      pump(
          client,
          server,
          chunk -> {
            asked.append(chunk);
            matching(Hold.Part.REQUEST).forEach(Hold::keep);
            held = matching(Hold.Part.ANSWER).findFirst().orElse(null);
          });
    }

    void answer() {
      pump(
          server,
          client,
          chunk -> {
            asked.setLength(0);
            Hold mine = held;
            held = null;
            if (mine != null) {
              mine.keep();
            }
          });
    }

    private Stream<Hold> matching(Hold.Part part) {
      return holds.stream().filter(hold -> hold.isFor(part, asked.toString()));
    }

    private void pump(Socket from, Socket to, Consumer<String> before) {
      byte[] buffer = new byte[64 * 1024];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
          before.accept(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
          await(silence);
          out.write(buffer, 0, length);
        }
      } catch (IOException cut) {
        // the other end is told below
      } finally {
        close();
      }
    }

    void close() {
      connections.remove(this);
      closeQuietly(client);
      closeQuietly(server);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // it is closed all the same
    }
  }
}
