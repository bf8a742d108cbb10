package io.gatehouse.logout;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.refresh.RefreshOutcome;
import io.gatehouse.session.Session;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import io.gatehouse.token.LogoutTokenValidator;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackChannelLogoutTest {
  private static final String FORM = "application/x-www-form-urlencoded";

  private final House house = House.standard();
  private final BackChannelLogoutResource resource = new BackChannelLogoutResource();

  @BeforeEach
  void open() {
    resource.faults = house.faults;
    resource.logout =
        new BackChannelLogout(
            house.configuration,
            house.discovery,
            new LogoutTokenValidator(house.database.clock(), Duration.ofSeconds(30)),
            house.sessions,
            house.once,
            house.farewell,
            house.securityEvents,
            house.database.clock());
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void by_sid_only_that_session_ends() {
    SessionId one = house.signIn("alice");
    SessionId other = house.signIn("alice");

    assertThat(post(house.provider.logoutToken().claim("sid", sid(one)).build().reveal()))
        .isEqualTo(200);
    assertThat(house.sessions.peek(one)).isEmpty();
    assertThat(house.sessions.peek(other)).isPresent();
    assertThat(house.events(SecurityEvent.BackChannelLogout.class))
        .containsExactly(new SecurityEvent.BackChannelLogout("default", 1));
  }

  @Test
  void by_subject_every_session_of_that_user_ends() {
    SessionId one = house.signIn("alice");
    SessionId other = house.signIn("alice");
    SessionId bob = house.signIn("bob");

    assertThat(post(house.provider.logoutToken().claim("sub", "alice").build().reveal()))
        .isEqualTo(200);
    assertThat(house.sessions.peek(one)).isEmpty();
    assertThat(house.sessions.peek(other)).isEmpty();
    assertThat(house.sessions.peek(bob)).isPresent();
  }

  @Test
  void sid_and_subject_must_both_match() {
    SessionId alice = house.signIn("alice");
    SessionId other = house.signIn("alice");

    assertThat(
            post(
                house
                    .provider
                    .logoutToken()
                    .claim("sub", "bob")
                    .claim("sid", sid(alice))
                    .build()
                    .reveal()))
        .isEqualTo(200);
    assertThat(house.sessions.peek(alice)).isPresent();
    assertThat(
            post(
                house
                    .provider
                    .logoutToken()
                    .claim("sub", "alice")
                    .claim("sid", sid(alice))
                    .build()
                    .reveal()))
        .isEqualTo(200);
    assertThat(house.sessions.peek(alice)).isEmpty();
    assertThat(house.sessions.peek(other)).isPresent();
  }

  @Test
  void the_tokens_of_a_session_that_ends_are_revoked() {
    SessionId id = house.signIn("alice");
    Session session = house.sessions.peek(id).orElseThrow();

    post(house.provider.logoutToken().claim("sid", sid(id)).build().reveal());

    assertThat(house.provider.isLive(session.tokens().accessToken().reveal())).isFalse();
    assertThat(house.provider.liveRefreshTokens()).isEmpty();
    assertThat(house.events)
        .contains(
            new SecurityEvent.SessionEnded(
                "default", "alice", session.handle(), SecurityEvent.EndReason.BACK_CHANNEL_LOGOUT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "sid"})
  void a_logout_that_arrives_during_a_refresh_wins_and_the_fresh_tokens_are_revoked(String by) {
    SessionId id = house.signIn("alice");
    String name = by.equals("sub") ? "alice" : sid(id);
    AtomicReference<String> granted = new AtomicReference<>("");
    house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              granted.set(reply.text());
              assertThat(post(house.provider.logoutToken().claim(by, name).build().reveal()))
                  .isEqualTo(200);
              return reply;
            }));

    assertThat(house.accessTokens.refreshNow(id)).isInstanceOf(RefreshOutcome.SessionEnded.class);
    assertThat(house.sessions.peek(id)).isEmpty();
    assertThat(house.provider.requests(Endpoint.REVOKE))
        .extracting(request -> String.valueOf(request.parameter("token")))
        .filteredOn(granted.get()::contains)
        .hasSize(2);
    assertThat(house.provider.liveRefreshTokens()).isEmpty();
  }

  @Test
  void a_logout_token_works_once() {
    String token = house.provider.logoutToken().claim("sub", "alice").build().reveal();
    assertThat(post(token)).isEqualTo(200);
    house.database.advance(Duration.ofMillis(1));
    SessionId id = house.signIn("alice");

    assertThat(post(token)).isEqualTo(400);
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void a_token_that_breaks_a_rule_is_400_and_ends_nothing() {
    SessionId id = house.signIn("alice");

    assertThat(post(house.provider.logoutToken().build().reveal())).isEqualTo(400);
    assertThat(
            post(
                house
                    .provider
                    .logoutToken()
                    .claim("sub", "alice")
                    .claim("nonce", "x")
                    .build()
                    .reveal()))
        .isEqualTo(400);
    assertThat(
            post(
                house
                    .provider
                    .logoutToken()
                    .claim("sub", "alice")
                    .claim("iss", "https://evil.example")
                    .build()
                    .reveal()))
        .isEqualTo(400);
    assertThat(post("eyJhbGciOiJub25lIn0.e30.")).isEqualTo(400);
    assertThat(post("x")).isEqualTo(400);
    assertThat(post(house.sessions.peek(id).orElseThrow().tokens().idToken().reveal()))
        .isEqualTo(400);
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void extra_parameters_are_ignored() {
    String token = house.provider.logoutToken().claim("sub", "alice").build().reveal();

    assertThat(send(FORM + ";charset=UTF-8", "a=b&logout_token=" + token + "&c=").getStatus())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "logout_token=", "token=x", "logout_token=x&logout_token=x", "%zz"})
  void anything_but_one_token_is_400(String body) {
    Response answer = send(FORM, body);

    assertThat(answer.getStatus()).isEqualTo(400);
    assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void a_body_that_is_no_form_or_too_large_is_400() {
    String token = house.provider.logoutToken().claim("sub", "alice").build().reveal();

    assertThat(send("application/json", "logout_token=" + token).getStatus()).isEqualTo(400);
    assertThat(send("text/plain", "logout_token=" + token).getStatus()).isEqualTo(400);
    assertThat(send(FORM, "logout_token=" + token + "&x=" + "y".repeat(16 * 1024)).getStatus())
        .isEqualTo(400);
  }

  @Test
  void a_success_is_an_empty_200_that_is_not_stored() {
    Response answer =
        send(
            FORM,
            "logout_token=" + house.provider.logoutToken().claim("sub", "alice").build().reveal());

    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(answer.hasEntity()).isFalse();
    assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void our_own_troubles_are_400_and_the_token_may_come_again() {
    SessionId id = house.signIn("alice");
    String token = house.provider.logoutToken().claim("sub", "alice").build().reveal();
    house.storeDown(true);
    assertThat(post(token)).isEqualTo(400);
    house.storeDown(false);

    assertThat(post(token)).isEqualTo(200);
    assertThat(house.sessions.peek(id)).isEmpty();
  }

  @Test
  void a_provider_that_cannot_be_asked_for_its_keys_is_400() {
    String token = house.provider.logoutToken().claim("sub", "alice").build().reveal();
    house.provider.always(Endpoint.DISCOVERY, Mischief.status(500));

    assertThat(post(token)).isEqualTo(400);
  }

  private String sid(SessionId id) {
    return house.sessions.peek(id).flatMap(Session::sid).orElseThrow();
  }

  private int post(String token) {
    return send(FORM, "logout_token=" + token).getStatus();
  }

  private Response send(String contentType, String body) {
    try {
      return resource.logout(
          Requests.a("POST", "/auth/backchannel-logout").with("Content-Type", contentType).build(),
          new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
