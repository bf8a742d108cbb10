package io.gatehouse.logout;

import static io.gatehouse.testing.Configurations.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LogoutCompleted;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.session.Session;
import io.gatehouse.store.StoreUnavailable;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RecordedRequest;
import io.gatehouse.testing.Requests;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogoutTest {
  private static final String COOKIE = "__Host-Http-gatehouse";
  private static final String CLEARED =
      COOKIE + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";

  private House house = House.standard();
  private LogoutEndpoint endpoint = endpoint(house);

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void asking_shows_a_form_and_changes_nothing() {
    SessionId id = house.signIn("alice");
    Answer answer = endpoint.confirm(with(Requests.navigation("/auth/logout"), id)).get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains("<form class=\"actions\" method=\"post\" action=\"/auth/logout\">");
    assertThat(token(answer)).matches("[A-Za-z0-9_-]{8}\\.[A-Za-z0-9_-]{43}");
    assertThat(field(answer, "Set-Cookie")).isNull();
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void who_stays_goes_to_the_account_page_where_there_is_one_and_else_to_the_site() {
    assertThat(confirmation()).contains("<a href=\"/account\">Stay signed in</a>");
    assertThat(endpoint.loggedOut().body()).contains("/auth/login?return_to=/account");

    restage(House.with(settings -> settings.routes(route("/", "https://site.example", "GET"))));
    assertThat(confirmation()).contains("<a href=\"/\">Stay signed in</a>");
    assertThat(confirmation() + endpoint.loggedOut().body()).doesNotContain("/account");
  }

  private String confirmation() {
    SessionId id = house.signIn("alice");
    return endpoint.confirm(with(Requests.navigation("/auth/logout"), id)).get().body();
  }

  @Test
  void the_form_signs_out_here_and_goes_on_to_the_provider() {
    SessionId id = house.signIn("alice");
    Session session = house.sessions.peek(id).orElseThrow();
    String token = token(endpoint.confirm(with(Requests.navigation("/auth/logout"), id)).get());
    Answer answer = endpoint.perform(form(id), "csrf_token=" + token).get();

    assertThat(answer.status()).isEqualTo(303);
    assertThat(field(answer, "Set-Cookie")).isEqualTo(CLEARED);
    assertThat(field(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(field(answer, "Location"))
        .startsWith(house.provider.address(Endpoint.END_SESSION) + "?");
    assertThat(query(field(answer, "Location")))
        .containsEntry("id_token_hint", session.tokens().idToken().reveal())
        .containsEntry("post_logout_redirect_uri", "https://localhost:9443/auth/logged-out")
        .containsKey("state");
    assertThat(house.sessions.peek(id)).isEmpty();
    assertThat(house.events(SessionEnded.class))
        .containsExactly(
            new SessionEnded("default", "alice", session.handle(), EndReason.SIGNED_OUT));
    assertThat(house.events(LogoutCompleted.class))
        .containsExactly(new LogoutCompleted("default", session.handle(), "192.0.2.7"));
  }

  @Test
  void refresh_and_access_token_are_revoked() {
    SessionId id = house.signIn("alice");
    Session session = house.sessions.peek(id).orElseThrow();
    endpoint.perform(script(id), "").get();

    assertThat(house.provider.requests(Endpoint.REVOKE).stream().map(LogoutTest::token))
        .containsExactly(
            session.tokens().refreshToken().orElseThrow().reveal(),
            session.tokens().accessToken().reveal());
  }

  @Test
  void a_script_gets_the_address_to_go_on_to() {
    SessionId id = house.signIn("alice");
    Answer answer = endpoint.perform(script(id), "").get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(field(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(field(answer, "Set-Cookie")).isEqualTo(CLEARED);
    assertThat(answer.body())
        .startsWith("{\"logout_url\":\"" + house.provider.address(Endpoint.END_SESSION) + "?");
    assertThat(house.sessions.peek(id)).isEmpty();
  }

  @Test
  void without_the_hint_the_provider_is_told_by_client_and_subject() {
    restage(House.with(settings -> settings.withoutIdTokenHint()));
    SessionId id = house.signIn("alice");
    Map<String, String> query =
        query(
            endpoint.perform(script(id), "").get().body().replaceAll(".*\"(http[^\"]*)\".*", "$1"));

    assertThat(query)
        .doesNotContainKey("id_token_hint")
        .containsEntry("client_id", "gatehouse")
        .containsEntry("logout_hint", "alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "csrf_token=", "csrf_token=x", "csrf_token=x.y", "csrf_token=%zz"})
  void a_form_without_our_token_is_refused(String body) {
    SessionId id = house.signIn("alice");

    assertThatThrownBy(() -> endpoint.perform(form(id), body).get())
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.id()).isEqualTo(ErrorId.CROSS_SITE_REQUEST));
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void the_token_of_another_session_is_refused() {
    SessionId id = house.signIn("alice");
    SessionId other = house.signIn("mallory");
    String token = token(endpoint.confirm(with(Requests.navigation("/auth/logout"), other)).get());

    assertThatThrownBy(() -> endpoint.perform(form(id), "csrf_token=" + token).get())
        .isInstanceOf(LogoutRefused.class);
    assertThatThrownBy(
            () -> endpoint.perform(form(id), "csrf_token=" + token + "&csrf_token=" + token).get())
        .isInstanceOf(LogoutRefused.class);
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void without_a_session_it_is_the_same_and_nothing_happens() {
    HttpServletRequest request = bound(Requests.a("POST", "/auth/logout"));
    Answer answer = endpoint.perform(request, "").get();

    assertThat(answer.status()).isEqualTo(303);
    assertThat(field(answer, "Location")).isEqualTo("/");
    assertThat(field(answer, "Set-Cookie")).isNull();
    assertThat(endpoint.confirm(bound(Requests.navigation("/auth/logout"))).get().status())
        .isEqualTo(200);
    assertThat(house.provider.count(Endpoint.REVOKE)).isZero();
  }

  @Test
  void signing_out_twice_clears_the_stale_cookie() {
    SessionId id = house.signIn("alice");
    endpoint.perform(script(id), "").get();
    Answer again = endpoint.perform(script(id), "").get();

    assertThat(again.body()).isEqualTo("{\"logout_url\":\"/\"}");
    assertThat(field(again, "Set-Cookie")).isEqualTo(CLEARED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "hang", "die"})
  void a_provider_that_does_not_revoke_holds_nobody_in(String trouble) {
    if (trouble.equals("hang")) {
      restage(House.impatient());
    }
    SessionId id = house.signIn("alice");
    house.provider.always(
        Endpoint.REVOKE,
        switch (trouble) {
          case "hang" -> Mischief.hang();
          case "die" -> Mischief.die();
          default -> Mischief.status(500);
        });
    Answer answer = endpoint.perform(script(id), "").get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(house.sessions.peek(id)).isEmpty();
    assertThat(house.events(RevocationFailed.class)).hasSize(1);
  }

  @Test
  void a_provider_without_the_endpoints_sends_nobody_anywhere() {
    house.provider.alterMetadata(
        metadata -> {
          metadata.remove("end_session_endpoint");
          metadata.remove("revocation_endpoint");
          return metadata;
        });
    SessionId id = house.signIn("alice");
    Answer answer = endpoint.perform(script(id), "").get();

    assertThat(answer.body()).isEqualTo("{\"logout_url\":\"/\"}");
    assertThat(house.sessions.peek(id)).isEmpty();
    assertThat(house.events(RevocationFailed.class)).isEmpty();
  }

  @Test
  void a_store_in_trouble_is_said_and_the_cookie_stays() {
    SessionId id = house.signIn("alice");
    house.storeDown(true);

    assertThatThrownBy(() -> endpoint.perform(script(id), "").get())
        .isInstanceOf(StoreUnavailable.class);
    house.storeDown(false);
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void a_sign_out_shows_that_the_cookie_was_kept() {
    SessionId browser = SessionId.random(house.random);
    for (int round = 0; round < 3; round++) {
      house.recentLogins.add(browser);
    }
    assertThat(house.recentLogins.areTooMany(browser)).isTrue();
    endpoint
        .perform(
            bound(
                Requests.fetch("POST", "/auth/logout")
                    .with("X-CSRF", "1")
                    .with("Cookie", "__Host-Http-gatehouse-login=" + browser.reveal())),
            "")
        .get();

    assertThat(house.recentLogins.areTooMany(browser)).isFalse();
  }

  @Test
  void a_link_on_another_site_gets_one_bounce_so_that_the_form_fits_the_session() {
    Answer answer = endpoint.confirm(bound(Requests.crossSiteNavigation("/auth/logout"))).get();

    assertThat(answer.body())
        .contains("<meta http-equiv=\"refresh\" content=\"0; url=/auth/logout\">");
  }

  @Test
  void the_form_may_lead_to_where_the_session_ends() {
    house.provider.alterMetadata(
        metadata -> {
          metadata.put("end_session_endpoint", "https://elsewhere.example/end");
          return metadata;
        });
    SessionId id = house.signIn("alice");

    assertThat(
            field(
                endpoint.confirm(with(Requests.navigation("/auth/logout"), id)).get(),
                "Content-Security-Policy"))
        .endsWith("form-action 'self' " + house.provider.issuer() + " https://elsewhere.example");
  }

  @Test
  void the_signed_out_page_is_for_everybody() {
    assertThat(endpoint.loggedOut().status()).isEqualTo(200);
    assertThat(endpoint.loggedOut().body()).contains("You are signed out");
  }

  private static LogoutEndpoint endpoint(House house) {
    return new LogoutEndpoint(
        house.configuration,
        new Logout(
            house.configuration,
            house.sessions,
            house.discovery,
            house.revocation,
            house.securityEvents,
            house.random),
        new FormToken(house.sealer),
        house.sessionCookie,
        house.loginCookie,
        house.recentLogins,
        house.addresses);
  }

  private void restage(House other) {
    house.close();
    house = other;
    endpoint = endpoint(other);
  }

  private HttpServletRequest form(SessionId id) {
    return with(Requests.a("POST", "/auth/logout").with("Sec-Fetch-Site", "same-origin"), id);
  }

  private HttpServletRequest script(SessionId id) {
    return with(Requests.fetch("POST", "/auth/logout").with("X-CSRF", "1"), id);
  }

  private HttpServletRequest with(Requests request, SessionId id) {
    return bound(request.with("Cookie", COOKIE + "=" + id.reveal()));
  }

  private HttpServletRequest bound(Requests request) {
    HttpServletRequest built = request.build();
    new CurrentSession(house.sessionCookie.read(built), house.sessions, house.accessTokens)
        .bindTo(built);
    return built;
  }

  private static String token(Answer answer) {
    return answer.body().replaceAll("(?s).*name=\"csrf_token\" value=\"([^\"]*)\".*", "$1");
  }

  private static String token(RecordedRequest revocation) {
    return String.valueOf(revocation.parameter("token"));
  }

  private static Map<String, String> query(String address) {
    return Arrays.stream(URI.create(address).getRawQuery().split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  static String field(Answer answer, String name) {
    return answer.fields().stream()
        .filter(field -> field.name().equals(name))
        .map(Answer.Field::value)
        .reduce((one, other) -> one + "|" + other)
        .orElse(null);
  }
}
