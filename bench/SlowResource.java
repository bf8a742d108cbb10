import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A protected resource that takes its time: 1 KB of JSON after so many milliseconds. */
class SlowResource {
  public static void main(String[] args) throws Exception {
    System.setProperty("sun.net.httpserver.maxIdleConnections", "2048");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    long millis = Long.parseLong(args[1]);
    byte[] body = ("{\"x\":\"" + "x".repeat(1000) + "\"}").getBytes(StandardCharsets.UTF_8);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 1024);
    server.setExecutor(Executors.newFixedThreadPool(1024));
    server.createContext("/", call -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException stopping) {
        return;
      }
      call.getResponseHeaders().set("Content-Type", "application/json");
      call.sendResponseHeaders(200, body.length);
      call.getResponseBody().write(body);
      call.close();
    });
    server.start();
  }
}
