package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.Requests;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCookieTest {
  private static final URI HTTPS = URI.create("https://localhost:9443");
  private static final URI HTTP = URI.create("http://localhost:9080");
  private static final SessionId ID = SessionId.random(new SecureRandom());
  private static final SessionId OTHER = SessionId.random(new SecureRandom());

  private final SessionCookie session = new SessionCookie(HTTPS, Duration.ofDays(7));

  @Test
  void the_session_cookie_is_written_to_the_byte() {
    assertThat(session.set(ID))
        .isEqualTo(
            "__Host-Http-gatehouse="
                + ID.reveal()
                + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=604800");
  }

  @Test
  void the_session_cookie_is_cleared_with_the_same_attributes() {
    assertThat(session.clear())
        .isEqualTo("__Host-Http-gatehouse=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
  }

  @Test
  void the_login_cookie_is_lax_and_lives_an_hour() {
    LoginCookie login = new LoginCookie(Configurations.standard().build());

    assertThat(login.set(ID))
        .isEqualTo(
            "__Host-Http-gatehouse-login="
                + ID.reveal()
                + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600");
  }

  @Test
  void the_login_cookie_is_none_only_where_a_provider_answers_by_post() {
    LoginCookie login =
        new LoginCookie(
            Configurations.standard()
                .responseMode(ResponseMode.FORM_POST)
                .provider("posting", URI.create("https://issuer.example"))
                .build());

    assertThat(login.set(ID)).contains("; SameSite=None;");
  }

  @Test
  void over_plain_http_the_prefix_and_secure_go() {
    assertThat(new SessionCookie(HTTP, Duration.ofDays(7)).set(ID))
        .isEqualTo(
            "gatehouse=" + ID.reveal() + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800");
  }

  @Test
  void one_cookie_among_others_is_read() {
    String field = "a=b; __Host-Http-gatehouse=" + ID.reveal() + ";c=d";

    assertThat(session.read(Requests.get("/").with("Cookie", field).build())).contains(ID);
  }

  @Test
  void two_cookies_of_our_name_are_no_session() {
    String one = "__Host-Http-gatehouse=" + ID.reveal();
    String other = "__Host-Http-gatehouse=" + OTHER.reveal();

    assertThat(session.read(Requests.get("/").with("Cookie", one + "; " + other).build()))
        .isEmpty();
    assertThat(session.read(Requests.get("/").with("Cookie", one + "; " + one).build())).isEmpty();
  }

  @Test
  void two_cookie_fields_count_together() {
    String one = "__Host-Http-gatehouse=" + ID.reveal();

    assertThat(session.read(Requests.get("/").with("Cookie", one).with("Cookie", one).build()))
        .isEmpty();
    assertThat(session.read(Requests.get("/").with("Cookie", "a=b").with("Cookie", one).build()))
        .contains(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "__host-http-gatehouse",
        "__Host-Http-Gatehouse",
        "__Host-gatehouse",
        "gatehouse",
        "__Host-Http-gatehouse-login",
        "x__Host-Http-gatehouse"
      })
  void names_match_byte_for_byte(String name) {
    assertThat(session.read(Requests.get("/").with("Cookie", name + "=" + ID.reveal()).build()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "\"%s\"", "%s=", "%sA", " "})
  void a_value_that_is_none_of_ours_is_no_session_but_a_presented_cookie(String value) {
    var request =
        Requests.get("/")
            .with("Cookie", "__Host-Http-gatehouse=" + value.formatted(ID.reveal()))
            .build();

    assertThat(session.read(request)).isEmpty();
    assertThat(session.isPresented(request)).isTrue();
  }
}
