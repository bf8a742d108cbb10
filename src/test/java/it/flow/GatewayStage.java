package it.flow;

import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.FakeUpstream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of its own with many routes to one protected resource that tests play with. */
public final class GatewayStage implements AutoCloseable {
  public final OwnServer server;
  public final FakeAuthorizationServer provider;
  public final FakeUpstream upstream = new FakeUpstream();

  /** With {@code UPSTREAM} in a value for the address of the resource. */
  public GatewayStage(String name, Map<String, String> routes) {
    server = OwnServer.production(name);
    provider = FakeAuthorizationServer.start(server.registration(), Clock.systemUTC());
    Map<String, String> settings = new HashMap<>();
    settings.put("GATEHOUSE_BASE_URL", server.app().toString());
    settings.put("GATEHOUSE_ISSUER", provider.issuer().toString());
    settings.put("GATEHOUSE_CLIENT_ID", provider.settings().clientId());
    settings.put("GATEHOUSE_CLIENT_SECRET", provider.settings().clientSecret().orElseThrow());
    settings.put("GATEHOUSE_SECRET", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    routes.forEach(
        (key, value) ->
            settings.put(key, value.replace("UPSTREAM", upstream.address().toString())));
    server.start(settings);
  }

  /** A browser with alice signed in. */
  Browser signedIn() {
    Browser browser = server.browser();
    browser.open("/auth/login");
    return browser;
  }

  /** How many calls of a route were answered with a class of status, by the metrics. */
  int counted(String route, String status) {
    Pattern line =
        Pattern.compile(
            "gatehouse_gateway_calls_seconds_count\\{(?=.*route=\"%s\")(?=.*status=\"%s\").*} (.*)"
                .formatted(route, status));
    return server
        .browser()
        .openOnly("/metrics?scope=application")
        .body()
        .lines()
        .map(line::matcher)
        .filter(Matcher::matches)
        .mapToInt(found -> (int) Double.parseDouble(found.group(1)))
        .sum();
  }

  /** What a script of our pages sends, as lines without the last. */
  String head(Browser browser, String requestLine, String... fields) {
    StringBuilder head = new StringBuilder(requestLine + " HTTP/1.1\r\nHost: localhost\r\n");
    StringBuilder cookies = new StringBuilder();
    browser.cookies().forEach((name, value) -> cookies.append("; ").append(name + "=" + value));
    head.append("Cookie: ").append(cookies.substring(2)).append("\r\nX-CSRF: 1\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head.toString();
  }

  Wire connect() throws IOException {
    return new Wire(new Socket("127.0.0.1", server.plainApp().getPort()));
  }

  Wire connectOverTls() throws IOException {
    return new Wire(
        server.trust().getSocketFactory().createSocket("localhost", server.app().getPort()));
  }

  /** A connection of a client that can stop in the middle of anything. */
  static final class Wire implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Wire(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(60_000);
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    Socket socket() {
      return socket;
    }

    InputStream in() {
      return in;
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }

    /** Everything up to the empty line after the header. */
    String head() throws IOException {
      return until("\r\n\r\n");
    }

    /** Everything up to this, and no byte more. */
    String until(String end) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.length() < end.length()
          || !text.substring(text.length() - end.length()).equals(end)) {
        int c = in.read();
        if (c < 0) {
          throw new IOException("the connection ended after: " + text);
        }
        text.append((char) c);
      }
      return text.toString();
    }

    String read(int count) throws IOException {
      return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Until the server closes the connection, in good order or not. */
    String rest() throws IOException {
      StringBuilder rest = new StringBuilder();
      try {
        for (int c = in.read(); c >= 0; c = in.read()) {
          rest.append((char) c);
        }
      } catch (java.net.SocketException | javax.net.ssl.SSLException reset) {
        // as good as closed
      }
      return rest.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() {
    server.close();
    provider.close();
    upstream.close();
  }
}
