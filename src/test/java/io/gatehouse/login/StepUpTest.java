package io.gatehouse.login;

import static io.gatehouse.login.LoginStartTest.encode;
import static io.gatehouse.login.LoginStartTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.session.Session;
import io.gatehouse.testing.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** More of a session: further scopes (incremental consent), a stronger sign-in (RFC 9470). */
class StepUpTest {
  private static final String SESSION = "__Host-Http-gatehouse";

  private LoginStage stage =
      new LoginStage(settings -> settings.optionalScopes("calendar", "mail", "files"));

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void a_session_keeps_its_optional_scopes_and_gets_those_asked_for() {
    TestBrowser browser = stage.browser();
    browser.signIn("?scope=calendar");
    Seen started = browser.login("?scope=mail");
    browser.callback(browser.authorize(started));

    assertThat(query(started).get("scope"))
        .containsExactly("openid profile email offline_access mail calendar");
    assertThat(session(browser).orElseThrow().tokens().scopes())
        .contains("openid", "calendar", "mail")
        .doesNotContain("files");
  }

  @Test
  void a_stronger_sign_in_keeps_the_optional_scopes_too() {
    TestBrowser browser = stage.browser();
    browser.signIn("?scope=calendar");

    assertThat(query(browser.login("?acr_values=gold")).get("scope").get(0)).contains(" calendar");
    assertThat(query(stage.browser().login("?acr_values=gold")).get("scope").get(0))
        .doesNotContain("calendar");
  }

  @Test
  void more_of_a_session_is_asked_for_at_its_own_provider() {
    restage(
        new LoginStage(
            settings ->
                settings
                    .optionalScopes("calendar")
                    .provider("other", URI.create("https://other.example"))));
    TestBrowser browser = stage.browser();
    browser.signIn("?provider=default");

    for (String more : new String[] {"scope=calendar", "acr_values=gold", "max_age=60"}) {
      assertThat(browser.login("?" + more).location())
          .hasPort(stage.house.provider.issuer().getPort());
    }
    assertThat(browser.login("").body()).contains("Provider other");
    assertThat(stage.browser().login("?scope=calendar").body()).contains("Provider other");
  }

  @Test
  void a_provider_that_does_as_asked_makes_a_stronger_session() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    stage.house.database.clock().advance(Duration.ofMinutes(20));
    browser.signIn("?acr_values=gold%20silver&max_age=60");

    assertThat(session(browser).orElseThrow().acr()).contains("gold");
    assertThat(session(browser).orElseThrow().authenticatedAt().orElseThrow())
        .isAfter(stage.house.database.clock().instant().minusSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"acr_values=gold%20silver", "max_age=60", "max_age=0", "max_age=3569"})
  void a_provider_that_does_less_is_told_once_and_the_session_stays(String asked) {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    String cookie = browser.cookies.get(SESSION);
    Session before = session(browser).orElseThrow();
    stage.house.provider.stepsUp(false);
    Seen seen = browser.signIn("?return_to=/account%3Fa%3Db&" + asked);

    assertThat(seen.status()).isEqualTo(403);
    assertThat(seen.body())
        .contains("GH-1217")
        .contains("<a class=\"button\" href=\"/account?a=b\">Go back</a>");
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(browser.cookies).containsEntry(SESSION, cookie);
    assertThat(session(browser)).contains(before);
    assertThat(stage.house.provider.isLive(before.tokens().accessToken().reveal())).isTrue();
    assertThat(stage.house.sessions.list("default", "alice")).hasSize(1);
    assertThat(stage.house.provider.count(Endpoint.AUTHORIZE)).isEqualTo(2);
    assertThat(stage.house.events(LoginRefused.class))
        .extracting(LoginRefused::error)
        .containsExactly(ErrorId.STEP_UP_NOT_MET);
  }

  @Test
  void without_a_place_to_go_back_to_the_button_leads_home() {
    stage.house.provider.stepsUp(false);
    TestBrowser browser = stage.browser();

    assertThat(browser.signIn("?max_age=5").body())
        .contains("<a class=\"button\" href=\"/\">Go to the home page</a>");
    assertThat(browser.cookies).doesNotContainKey(SESSION);
  }

  @ParameterizedTest
  @CsvSource({"3570,200", "3569,403"})
  void a_sign_in_may_be_older_by_the_skew_of_clocks_and_no_more(int maxAge, int status) {
    // an hour ago
    stage.house.provider.stepsUp(false);

    assertThat(stage.browser().signIn("?max_age=" + maxAge).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"acr,acr_values=gold,403", "auth_time,max_age=60,403", "acr,max_age=60,200"})
  void what_the_provider_does_not_say_is_not_met(String claim, String asked, int status) {
    stage.house.provider.alterIdToken(token -> token.claim(claim, null));

    assertThat(stage.browser().signIn("?" + asked).status()).isEqualTo(status);
  }

  @Test
  void an_auth_time_that_nobody_asked_for_and_that_is_none_is_another_matter() {
    stage.house.provider.alterIdToken(token -> token.claim("auth_time", "yesterday"));

    assertThat(stage.browser().signIn("").body()).contains("GH-1302");
  }

  @Test
  void the_longest_wish_comes_back() {
    TestBrowser browser = stage.browser();
    String target = "/" + "a".repeat(1023);
    String acr = "x".repeat(256) + " " + "y".repeat(255);
    Seen seen =
        browser.signIn(
            "?scope=calendar%20mail%20files&max_age=999999999&prompt=login&return_to="
                + target
                + "&acr_values="
                + encode(acr));

    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.refreshTarget()).isEqualTo(target);
  }

  private Optional<Session> session(TestBrowser browser) {
    return SessionId.parse(browser.cookies.get(SESSION)).flatMap(stage.house.sessions::peek);
  }

  private void restage(LoginStage other) {
    stage.close();
    stage = other;
  }
}
