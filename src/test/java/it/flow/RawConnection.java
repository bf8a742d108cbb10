package it.flow;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;

/** A connection to the running server on which anything can be written, HTTP or not. */
final class RawConnection {
  private static final int PATIENCE_MILLIS = 20_000;

  private RawConnection() {}

  /** Everything that is answered to these bytes until the server closes the connection. */
  static String exchange(String bytes) throws IOException {
    return exchange(RunningServer.plainApp(), bytes);
  }

  /** The same at this address, over TLS where it says so. */
  static String exchange(URI server, String bytes) throws IOException {
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The head of the first answer, however long the server then waits for more of the request. */
  static String firstAnswer(URI server, String bytes) throws IOException {
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          throw new EOFException("the connection ended within " + head);
        }
        head.append((char) next);
      }
      return head.toString();
    }
  }

  private static Socket connect(URI server) throws IOException {
    SocketFactory sockets =
        server.getScheme().equals("https")
            ? RunningServer.trust().getSocketFactory()
            : SocketFactory.getDefault();
    Socket socket = sockets.createSocket(server.getHost(), server.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }
}
