package io.gatehouse.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks whatever bytes a test wants, HTTP or not, to each connection on a loopback port. */
public final class RawServer implements AutoCloseable {
  /** One connection; it is closed when this returns. */
  @FunctionalInterface
  public interface Speaker {
    void speak(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger connections = new AtomicInteger();

  private RawServer(ServerSocket socket) {
    this.socket = socket;
  }

  public static RawServer start(Speaker speaker) {
    try {
      RawServer server =
          new RawServer(new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1")));
      daemon(() -> server.accept(speaker)).start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
  }

  public int connections() {
    return connections.get();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    return thread;
  }

  private void accept(Speaker speaker) {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.incrementAndGet();
        open.add(connection);
        daemon(() -> serve(connection, speaker)).start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void serve(Socket connection, Speaker speaker) {
    try (connection) {
      speaker.speak(connection.getInputStream(), connection.getOutputStream());
    } catch (IOException | InterruptedException theOtherSideHungUp) {
      // as it should
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : List.copyOf(open)) {
      connection.close();
    }
  }
}
