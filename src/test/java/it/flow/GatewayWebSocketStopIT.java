package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.WebSocketEnd;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that stops takes leave of those who listen. */
class GatewayWebSocketStopIT {
  @Test
  void an_orderly_stop_is_said_to_both_sides() throws Exception {
    CompletableFuture<String> ended = new CompletableFuture<>();
    try (GatewayStage stage =
        new GatewayStage(
            "gateway-websocket-stop",
            Map.of(
                "GATEHOUSE_ROUTES", "ws",
                "GATEHOUSE_ROUTE_WS_PATH", "/bff/ws",
                "GATEHOUSE_ROUTE_WS_TARGET", "UPSTREAM/ws",
                "GATEHOUSE_ROUTE_WS_METHODS", "GET"))) {
      stage.upstream.on("/ws/stop", call -> ended.complete(call.openWebSocket().read().closing()));
      Browser browser = stage.signedIn();
      try (GatewayStage.Wire wire = stage.connect()) {
        wire.write(
            stage.head(browser, "GET /bff/ws/stop")
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: "
                + stage.server.app()
                + "\r\n\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 101");
        WebSocketEnd end = new WebSocketEnd(wire.in(), wire.socket().getOutputStream(), true);
        stage.server.askToStop();
        assertThat(end.read().closing()).isEqualTo("1001 the server stops");
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("1001 ");
        answer(end);
      }
      stage.server.awaitStop();
    }
  }

  private static void answer(WebSocketEnd end) {
    try {
      end.close(1001, "");
    } catch (IOException gone) {
      // it has not waited long
    }
  }
}
