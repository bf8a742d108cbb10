package io.gatehouse.login;

import static io.gatehouse.login.LoginStartTest.encode;
import static io.gatehouse.login.LoginStartTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Requests;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose answer it is, and what it says. */
class CallbackAnswerTest {
  private LoginStage stage = new LoginStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "code=abc",
        "error=access_denied",
        "code=abc&iss=https%3A%2F%2Fissuer.example"
      })
  void an_answer_without_state_is_refused(String query) {
    LoginStage.assertFailed(stage.browser().callback(query), 400, "GH-1204");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a.b.c", "%s", "x%s", "%sx", "....", "%%00"})
  void a_forged_state_is_refused(String forgery) {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);
    String forged = String.format(forgery, state.substring(0, state.length() - 2));

    LoginStage.assertFailed(browser.callback("code=abc&state=" + encode(forged)), 400, "GH-1205");
  }

  @Test
  void another_browser_is_refused_and_burns_nothing() {
    TestBrowser right = stage.browser();
    String answer = right.authorize(right.login(""));
    TestBrowser without = stage.browser();
    TestBrowser wrong = stage.browser();
    wrong.login("");

    LoginStage.assertFailed(without.callback(answer), 400, "GH-1206");
    LoginStage.assertFailed(wrong.callback(answer), 400, "GH-1206");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isZero();
    assertThat(right.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void two_login_cookies_are_none() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    String pair = LoginStage.LOGIN + "=" + browser.cookies.remove(LoginStage.LOGIN);

    LoginStage.assertFailed(
        browser.send(
            Requests.crossSiteNavigation("/auth/callback?" + answer)
                .with("Cookie", pair + "; " + pair)),
        400,
        "GH-1206");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&state=x",
        "&code=x",
        "&iss=x",
        "&x=1&x=2",
        "&error=access_denied",
        "&%zz=1",
        "&error="
      })
  void repeated_contradicting_and_broken_parameters_are_refused_and_burn_nothing(String more) {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));

    LoginStage.assertFailed(browser.callback(answer + more), 400, "GH-1209");
    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"state=&code=x", "state=%s&code=", "state=%s&error=", "state=%s&code=x&iss="})
  void empty_values_are_refused(String pattern) {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);

    LoginStage.assertFailed(browser.callback(pattern.replace("%s", state)), 400, "GH-1209");
  }

  @Test
  void neither_code_nor_error_is_refused() {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);

    LoginStage.assertFailed(
        browser.callback(
            "state=" + state + "&iss=" + encode(stage.house.provider.issuer().toString())),
        400,
        "GH-1209");
  }

  @Test
  void more_than_four_kilobytes_are_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    String more = answer + "&x=" + "y".repeat(4096 - answer.length() - 3);

    LoginStage.assertFailed(browser.callback(more + "y"), 400, "GH-1209");
    LoginStage.assertFailed(browser.callbackByPost(more + "y"), 400, "GH-1209");
    assertThat(browser.callback(more).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://issuer.example", "%s/", "%S"})
  void an_answer_of_another_issuer_is_refused_and_burns_nothing(String pattern) {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    String wrong =
        pattern
            .replace("%s", stage.house.provider.issuer().toString())
            .replace("%S", stage.house.provider.issuer().toString().replace("http", "HTTP"));

    LoginStage.assertFailed(
        browser.callback(answer.replaceAll("iss=[^&]*", "iss=" + encode(wrong))), 400, "GH-1210");
    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void an_answer_without_issuer_is_refused_where_the_provider_promised_one() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("")).replaceAll("&iss=[^&]*", "");

    LoginStage.assertFailed(browser.callback(answer), 400, "GH-1210");
  }

  @Test
  void an_answer_without_issuer_is_taken_where_nobody_promised_one() {
    stage.house.provider.alterMetadata(Lies::withoutIss);
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("")).replaceAll("&iss=[^&]*", "");

    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void with_several_providers_every_answer_names_its_issuer() {
    restage(
        new LoginStage(
            settings -> settings.provider("other", URI.create("https://other.example"))));
    stage.house.provider.alterMetadata(Lies::withoutIss);
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("?provider=default"));

    LoginStage.assertFailed(browser.callback(answer.replaceAll("&iss=[^&]*", "")), 400, "GH-1210");
    assertThat(browser.callback(answer).status()).isEqualTo(200);
  }

  @Test
  void a_refusal_of_the_provider_is_a_page_with_its_code_and_a_way_back() {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("?return_to=/account")).get("state").get(0);
    String refusal =
        "state="
            + state
            + "&iss="
            + encode(stage.house.provider.issuer().toString())
            + "&error=access_denied&error_description="
            + encode("<script>alert(1)</script>\u202e\u0007" + "x".repeat(300));
    Seen seen = browser.callback(refusal);

    LoginStage.assertFailed(seen, 403, "GH-1211");
    assertThat(seen.body())
        .contains("access_denied")
        .contains("In the provider&#39;s own words: \u201c&lt;script&gt;alert(1)&lt;/script&gt;xxx")
        .doesNotContain("<script>alert", "\u202e", "\u0007", "x".repeat(200))
        .contains("<a class=\"button\" href=\"/auth/login?return_to=%2Faccount\">Try again</a>");
    assertThat(stage.house.events(LoginRefused.class))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.provider()).isEqualTo("default");
              assertThat(event.error()).isEqualTo(ErrorId.PROVIDER_REFUSED);
              assertThat(seen.body()).contains(event.reference());
            });
    LoginStage.assertFailed(
        browser.send(Requests.navigation("/auth/callback?" + refusal)), 400, "GH-1208");
  }

  @Test
  void an_error_code_outside_the_grammar_is_not_shown() {
    TestBrowser browser = stage.browser();
    String state = query(browser.login("")).get("state").get(0);
    Seen seen =
        browser.callback(
            "state="
                + state
                + "&iss="
                + encode(stage.house.provider.issuer().toString())
                + "&error="
                + encode("a\"b c"));

    LoginStage.assertFailed(seen, 403, "GH-1211");
    assertThat(seen.body()).doesNotContain("a&quot;b");
  }

  private void restage(LoginStage other) {
    stage.close();
    stage = other;
  }

  /** Lies that a provider tells. */
  private static final class Lies {
    static Map<String, Object> withoutIss(Map<String, Object> metadata) {
      metadata.remove("authorization_response_iss_parameter_supported");
      return metadata;
    }
  }
}
