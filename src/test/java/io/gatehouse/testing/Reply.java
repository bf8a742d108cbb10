package io.gatehouse.testing;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A whole HTTP response. */
public record Reply(int status, Map<String, String> headers, byte[] body) {

  public static Reply json(int status, Map<String, ?> members) {
    return text(
        status, "application/json", JSONObjectUtils.toJSONString(new LinkedHashMap<>(members)));
  }

  public static Reply text(int status, String contentType, String text) {
    return new Reply(
        status,
        Map.of("Content-Type", contentType, "Cache-Control", "no-store"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  public static Reply error(int status, String code) {
    return json(status, Map.of("error", code, "error_description", "because the fake says so"));
  }

  public static Reply redirect(String location) {
    return new Reply(302, Map.of("Location", location), new byte[0]);
  }

  public Reply withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Reply(status, more, body);
  }

  public Reply withBody(String text) {
    return new Reply(status, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Sends status and headers, announcing the whole body. */
  void sendHead(HttpExchange exchange) throws IOException {
    headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
  }

  void send(HttpExchange exchange) throws IOException {
    sendHead(exchange);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
