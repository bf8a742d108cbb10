package io.gatehouse.logout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.session.Session;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Requests;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontChannelLogoutTest {
  private final House house =
      House.with(
          settings -> settings.provider("other", URI.create("https://other.example/issuer")));
  private final FrontChannelLogoutResource resource = new FrontChannelLogoutResource();

  @BeforeEach
  void open() {
    resource.logout =
        new FrontChannelLogout(
            house.configuration, house.sessions, house.farewell, house.securityEvents);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void the_session_of_that_sid_ends_with_its_tokens_and_no_other() {
    SessionId one = house.signIn("alice");
    SessionId other = house.signIn("alice");
    Session session = house.sessions.peek(one).orElseThrow();

    assertThat(get(query(issuer(), sid(one))).getStatus()).isEqualTo(200);
    assertThat(house.sessions.peek(one)).isEmpty();
    assertThat(house.sessions.peek(other)).isPresent();
    assertThat(house.provider.isLive(session.tokens().accessToken().reveal())).isFalse();
    assertThat(house.provider.liveRefreshTokens())
        .doesNotContain(session.tokens().refreshToken().orElseThrow().reveal());
    assertThat(house.events)
        .contains(
            new SessionEnded("default", "alice", session.handle(), EndReason.FRONT_CHANNEL_LOGOUT),
            new SecurityEvent.FrontChannelLogout("default", 1));
  }

  @Test
  void only_that_provider_may_frame_the_answer_and_nobody_keeps_it() {
    Response answer = get(query(issuer(), "unknown"));

    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(answer.getHeaderString("Content-Security-Policy"))
        .contains("default-src 'none'")
        .endsWith("frame-ancestors " + issuer());
    assertThat(answer.getHeaderString("X-Frame-Options")).isNull();
    assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("no-store");
    assertThat(
            get(query("https://other.example/issuer", "x"))
                .getHeaderString("Content-Security-Policy"))
        .endsWith("frame-ancestors https://other.example");
  }

  @Test
  void the_answer_does_not_tell_whether_there_was_a_session() {
    SessionId id = house.signIn("alice");
    String sid = sid(id);
    Response ended = get(query(issuer(), sid));
    Response nothing = get(query(issuer(), sid + "x"));

    assertThat(ended.getStatus()).isEqualTo(nothing.getStatus());
    assertThat(ended.getStringHeaders()).isEqualTo(nothing.getStringHeaders());
    assertThat((byte[]) ended.getEntity()).isEqualTo((byte[]) nothing.getEntity());
    assertThat(house.events(SecurityEvent.FrontChannelLogout.class)).hasSize(1);
  }

  @Test
  void a_sid_means_nothing_at_another_provider() {
    SessionId id = house.signIn("alice");

    get(query("https://other.example/issuer", sid(id)));
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void an_issuer_that_is_not_exactly_a_configured_one_ends_nothing() {
    SessionId id = house.signIn("alice");
    for (String wrong :
        new String[] {
          issuer() + "/", issuer().replace("http:", "https:"), "https://evil.example", ""
        }) {
      assertThat(refusal(query(wrong, sid(id)))).isEqualTo(ErrorId.LOGOUT_REQUEST_REFUSED);
    }
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "iss={iss}",
        "sid={sid}",
        "iss={iss}&sid=",
        "iss={iss}&sid={sid}&sid={sid}",
        "iss={iss}&iss={iss}&sid={sid}",
        "iss={iss}&sid={sid}%0a",
        "iss={iss}&sid=%zz"
      })
  void anything_but_one_issuer_and_one_sid_is_refused(String query) {
    SessionId id = house.signIn("alice");

    assertThat(refusal(query.replace("{iss}", issuer()).replace("{sid}", sid(id))))
        .isEqualTo(ErrorId.LOGOUT_REQUEST_REFUSED);
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void a_sid_longer_than_any_id_token_may_hold_is_refused() {
    assertThat(get(query(issuer(), "s".repeat(255))).getStatus()).isEqualTo(200);
    assertThat(refusal(query(issuer(), "s".repeat(256)))).isEqualTo(ErrorId.LOGOUT_REQUEST_REFUSED);
  }

  @Test
  void a_request_without_any_query_is_refused() {
    assertThat(refusal(null)).isEqualTo(ErrorId.LOGOUT_REQUEST_REFUSED);
  }

  private String issuer() {
    return house.provider.issuer().toString();
  }

  private String sid(SessionId id) {
    return house.sessions.peek(id).flatMap(Session::sid).orElseThrow();
  }

  private static String query(String issuer, String sid) {
    return "iss="
        + URLEncoder.encode(issuer, StandardCharsets.UTF_8)
        + "&sid="
        + URLEncoder.encode(sid, StandardCharsets.UTF_8);
  }

  private Response get(String query) {
    String target = "/auth/frontchannel-logout" + (query == null ? "" : "?" + query);
    return resource.logout(Requests.get(target).build());
  }

  private ErrorId refusal(String query) {
    return catchThrowableOfType(Fault.class, () -> get(query)).id();
  }
}
