package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestForgery;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;

/**
 * A browser's wish for a WebSocket (RFC 6455 §4), and what of it and of its answer crosses. What
 * the two sides agree on, such as subprotocol and extensions, is theirs. {@code Origin} stays here,
 * where it has been checked.
 *
 * @param wishes the fields that say what is wished for
 */
record Handshake(String key, HttpFields wishes) {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String KEY = "Sec-WebSocket-Key";
  private static final int KEY_BYTES = 16;
  private static final String VERSION = "Sec-WebSocket-Version";
  private static final String ACCEPT = "Sec-WebSocket-Accept";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final List<String> UP = List.of(KEY, VERSION, PROTOCOL, EXTENSIONS);
  private static final List<String> DOWN = List.of(ACCEPT, PROTOCOL, EXTENSIONS);

  /**
   * @param isGranted whether the route opens WebSockets
   * @return empty for every other request
   * @throws RequestRefused 400
   */
  static Optional<Handshake> of(HttpServletRequest request, boolean isGranted) {
    if (!RequestForgery.isWebSocketHandshake(request)) {
      return Optional.empty();
    }
    if (!isGranted) {
      throw new RequestRefused(
          ErrorId.WEBSOCKET_REFUSED, "Nothing was sent on. Ask here without Upgrade.");
    }
    if (!request.getMethod().equals("GET") || !request.getProtocol().equals("HTTP/1.1")) {
      throw refused("A WebSocket is opened by GET and HTTP/1.1 (RFC 6455 §4.1).");
    }
    if (!isUpgrade(request) || !values(request, VERSION).equals(List.of("13"))) {
      throw refused(
          "A WebSocket is asked for by Connection: Upgrade, Upgrade: websocket and"
              + " Sec-WebSocket-Version: 13 (RFC 6455 §4.1).");
    }
    List<String> keys = values(request, KEY);
    if (keys.size() != 1 || !isKey(keys.get(0))) {
      throw refused("A WebSocket needs one Sec-WebSocket-Key of 16 bytes (RFC 6455 §4.1).");
    }
    HttpFields.Mutable wishes = HttpFields.build();
    for (String name : UP) {
      for (String value : values(request, name)) {
        wishes.add(name, UpstreamRequest.text(value));
      }
    }
    return Optional.of(new Handshake(keys.get(0), wishes));
  }

  private static boolean isUpgrade(HttpServletRequest request) {
    List<String> protocols = values(request, "Upgrade");
    return protocols.size() == 1
        && protocols.get(0).equalsIgnoreCase("websocket")
        && values(request, "Connection").stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException noBase64) {
      return false;
    }
  }

  private static List<String> values(HttpServletRequest request, String name) {
    return Collections.list(request.getHeaders(name));
  }

  /** The same call with what asks for a WebSocket. */
  UpstreamRequest in(UpstreamRequest call) {
    if (call.hasBody()) {
      throw refused("A request that opens a WebSocket has no body.");
    }
    HttpFields.Mutable fields =
        HttpFields.build(call.fields())
            .put("Connection", "Upgrade")
            .put("Upgrade", "websocket")
            .add(wishes);
    return new UpstreamRequest(call.method(), call.address(), fields, call.length());
  }

  /** Whether an answer 101 is to this very handshake (RFC 6455 §4.1). */
  boolean isAcceptedBy(Response answer) {
    HttpFields fields = answer.getHeaders();
    return fields.getValuesList(ACCEPT).equals(List.of(accept()))
        && fields.contains("Upgrade", "websocket")
        && fields.contains("Connection", "upgrade");
  }

  private String accept() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-1", e);
    }
  }

  /** The answer as the browser gets it. */
  static void copy(Response answer, HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
    response.setHeader("Upgrade", "websocket");
    response.setHeader("Connection", "Upgrade");
    for (String name : DOWN) {
      answer.getHeaders().getValuesList(name).stream()
          .filter(ResponseFields::isText)
          .forEach(value -> response.addHeader(name, value));
    }
  }

  private static RequestRefused refused(String detail) {
    return new RequestRefused(ErrorId.MALFORMED_REQUEST, detail);
  }
}
