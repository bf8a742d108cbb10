package it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A sign-out at one node is a sign-out at all. */
@ExtendWith(Cluster.Shared.class)
class LogoutElsewhereIT {
  private final Cluster cluster;

  LogoutElsewhereIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void a_back_channel_logout_at_one_node_ends_the_session_that_the_other_made() throws Exception {
    cluster.provider.alterIdToken(token -> token.claim("sid", "sid-of-the-test"));
    Visitor visitor = cluster.signIn("leaving");
    Visitor other = cluster.signIn("staying");
    assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(200); // and is kept in memory there

    assertThat(backChannelLogout("leaving", "sid-of-the-test")).isEqualTo(200);

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(visitor.call(cluster.a).statusCode()).isEqualTo(401));
    assertThat(visitor.call(cluster.b).statusCode()).isEqualTo(401);
    assertThat(other.call(cluster.b).statusCode()).isEqualTo(200);
  }

  @Test
  void a_websocket_at_one_node_closes_when_the_session_ends_at_the_other() throws Exception {
    CompletableFuture<String> resource = new CompletableFuture<>();
    cluster.other.on("/live", call -> resource.complete(call.openWebSocket().read().closing()));
    cluster.provider.alterIdToken(token -> token.claim("sid", "sid-of-the-listener"));
    Visitor visitor = cluster.signIn("listening");
    CompletableFuture<String> closed =
        visitor.openWebSocket(cluster.a, cluster.a.app(), "/bff/other/live");

    assertThat(backChannelLogout("listening", "sid-of-the-listener")).isEqualTo(200);

    assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo("1008 the session has ended");
    assertThat(resource.get(10, TimeUnit.SECONDS)).isEqualTo("1001 ");
  }

  private int backChannelLogout(String subject, String sid)
      throws IOException, InterruptedException {
    String token =
        cluster.provider.logoutToken().claim("sub", subject).claim("sid", sid).build().reveal();
    HttpRequest request =
        HttpRequest.newBuilder(cluster.b.plainApp().resolve("/auth/backchannel-logout"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("logout_token=" + token))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
