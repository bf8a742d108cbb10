package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectedPageTest {
  private static final String SESSION = "__Host-Http-gatehouse";

  private LoginStage stage = new LoginStage();

  @BeforeEach
  void knowTheProvider() {
    stage.house.discovery.provider(stage.house.configuration.providers().get(0));
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void a_person_without_a_session_goes_to_the_provider_and_comes_back_to_the_page() {
    TestBrowser browser = stage.browser();
    Seen seen = browser.open("/account/details?tab=two%20x&a=b");

    assertThat(seen.status()).isEqualTo(302);
    assertThat(seen.location().toString())
        .startsWith(stage.house.provider.address(Endpoint.AUTHORIZE).toString());
    assertThat(seen.field("Cache-Control")).isEqualTo("no-store");
    assertThat(seen.body()).isEmpty();
    assertThat(browser.callback(browser.authorize(seen)).refreshTarget())
        .isEqualTo("/account/details?tab=two%20x&a=b");
  }

  @Test
  void a_person_with_a_session_sees_the_page() {
    TestBrowser browser = stage.browser();
    browser.signIn("");

    assertThat(browser.open("/account").body()).isEqualTo("protected bytes");
  }

  @Test
  void a_page_that_is_not_protected_is_for_everybody() {
    assertThat(stage.browser().open("/").body()).isEqualTo("protected bytes");
    assertThat(stage.browser().open("/accounts").body()).isEqualTo("protected bytes");
    assertThat(stage.browser().send(Requests.fetch("GET", "/app/home.js")).body())
        .isEqualTo("protected bytes");
  }

  @Test
  void anything_but_a_navigation_gets_401_with_the_login_url() {
    for (Requests request :
        new Requests[] {
          Requests.fetch("GET", "/account"),
          Requests.get("/account"),
          Requests.get("/account").with("Accept", "text/html").with("X-Requested-With", "x"),
          Requests.navigation("/account").with("Sec-Purpose", "prefetch"),
          Requests.get("/account")
              .with("Sec-Fetch-Mode", "navigate")
              .with("Sec-Fetch-Dest", "iframe")
              .with("Accept", "text/html")
        }) {
      Seen seen = stage.browser().send(request);
      assertThat(seen.status()).isEqualTo(401);
      assertThat(seen.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(seen.field("Set-Cookie")).isNull();
      assertThat(seen.body())
          .contains("\"login_url\":\"/auth/login\"", "GH-1501")
          .doesNotContain("protected bytes");
    }
  }

  @Test
  void a_form_sent_to_a_protected_page_is_not_turned_into_a_login() {
    Seen seen =
        stage
            .browser()
            .send(
                Requests.a("POST", "/account")
                    .with("Sec-Fetch-Mode", "navigate")
                    .with("Sec-Fetch-Dest", "document")
                    .with("Sec-Fetch-Site", "same-origin"));

    assertThat(seen.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void a_link_on_another_site_gets_one_bounce_before_a_login_starts(String site) {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    String session = browser.cookies.remove(SESSION);
    Seen bounced =
        browser.send(
            Requests.navigation("/account?a=b&c=d")
                .without("Sec-Fetch-Site")
                .with("Sec-Fetch-Site", site));

    assertThat(bounced.status()).isEqualTo(200);
    assertThat(bounced.field("Set-Cookie")).isNull();
    assertThat(bounced.field("Cache-Control")).isEqualTo("no-store");
    assertThat(bounced.refreshTarget()).isEqualTo("/account?a=b&c=d");
    assertThat(bounced.body()).doesNotContain("protected bytes");
    browser.cookies.put(SESSION, session);
    assertThat(browser.open("/account?a=b&c=d").body()).isEqualTo("protected bytes");
  }

  @Test
  void after_the_bounce_a_login_starts() {
    assertThat(stage.browser().open("/account").status()).isEqualTo(302);
  }

  @Test
  void a_session_that_is_over_is_no_reason_to_bounce() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    stage.house.database.advance(Duration.ofMinutes(30));
    Requests fromSibling =
        Requests.navigation("/account")
            .without("Sec-Fetch-Site")
            .with("Sec-Fetch-Site", "same-site");

    assertThat(browser.send(fromSibling).status()).isEqualTo(302);
    assertThat(browser.send(Requests.fetch("GET", "/account")).status()).isEqualTo(401);
  }

  @Test
  void several_providers_lead_to_the_chooser() {
    stage.close();
    stage =
        new LoginStage(settings -> settings.provider("other", URI.create("https://other.example")));
    Seen seen = stage.browser().open("/account?a=b");

    assertThat(seen.status()).isEqualTo(302);
    assertThat(seen.field("Location")).isEqualTo("/auth/login?return_to=%2Faccount%3Fa%3Db");
  }

  @Test
  void a_query_that_cannot_be_returned_to_is_left_out() {
    TestBrowser browser = stage.browser();
    Seen seen = browser.open("/account?a=%0d%0ab");

    assertThat(browser.callback(browser.authorize(seen)).refreshTarget()).isEqualTo("/account");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dropped", "twice", "dead on arrival"})
  void three_sign_ins_within_a_minute_that_do_not_hold_end_in_a_page(String cookie) {
    TestBrowser browser = stage.browser();
    for (int round = 0; round < 3; round++) {
      Seen seen = browser.open("/account");
      assertThat(seen.status()).isEqualTo(302);
      browser.callback(browser.authorize(seen));
      switch (cookie) {
        case "dropped" -> browser.cookies.remove(SESSION);
        // the test's jar tells the two apart by a blank that no server reads
        case "twice" -> browser.cookies.put(SESSION + " ", "planted");
        default ->
            stage.house.sessions.end(SessionId.parse(browser.cookies.get(SESSION)).orElseThrow());
      }
    }
    Seen page = browser.open("/account");

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.body()).contains("GH-1212", SESSION);
    assertThat(page.field("Location")).isNull();
    // who asks for a login gets one
    assertThat(browser.login("?return_to=/account").status()).isEqualTo(302);
    stage.house.database.advance(Duration.ofSeconds(60));
    assertThat(browser.open("/account").status()).isEqualTo(302);
  }

  @Test
  void sign_ins_that_hold_never_count_as_a_loop() {
    TestBrowser browser = stage.browser();
    for (int round = 0; round < 5; round++) {
      browser.signIn("");
    }

    assertThat(browser.open("/account").body()).isEqualTo("protected bytes");
    stage.house.sessions.endBySubject("default", "alice");
    assertThat(browser.open("/account").status()).isEqualTo(302);
  }

  @Test
  void abandoned_logins_never_count_as_a_loop() {
    TestBrowser browser = stage.browser();
    for (int round = 0; round < 10; round++) {
      assertThat(browser.open("/account").status()).isEqualTo(302);
    }
  }

  @Test
  void a_store_in_trouble_is_503_and_never_a_redirect() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    stage.house.storeDown(true);
    Seen seen = browser.open("/account");

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.body()).contains("<a class=\"button\" href=\"/account\">Try again</a>");
    stage.house.storeDown(false);
    assertThat(browser.open("/account").body()).isEqualTo("protected bytes");
  }

  @Test
  void a_provider_in_trouble_is_503_and_no_loop() {
    stage.close();
    stage = new LoginStage(House.impatient());
    stage.house.provider.always(Endpoint.DISCOVERY, Mischief.hang());
    Seen first = stage.browser().open("/account");
    Seen seen = stage.browser().login("?" + first.location().getRawQuery());

    // the page itself never waits for the provider
    assertThat(first.location()).hasToString("/auth/login?return_to=%2Faccount");
    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.body()).contains("href=\"/auth/login?return_to=%2Faccount\"");
  }
}
