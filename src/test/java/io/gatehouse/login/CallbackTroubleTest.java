package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.Session;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When things fail, nothing is lost, and nothing is told. */
class CallbackTroubleTest {
  private LoginStage stage = new LoginStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "503", "429", "hang", "die", "garbage", "drip", "html"})
  void a_token_endpoint_in_trouble_is_503_and_the_session_stays(String trouble) {
    if (trouble.equals("hang") || trouble.equals("drip")) {
      restage(new LoginStage(House.impatient()));
    }
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId before = browser.id();
    String answer = browser.authorize(browser.login("?return_to=/account"));
    stage.house.provider.forgetRequests();
    stage.house.provider.always(
        Endpoint.TOKEN,
        switch (trouble) {
          case "hang" -> Mischief.hang();
          case "die" -> Mischief.actThenDie();
          case "garbage" -> Mischief.garbage();
          case "drip" -> Mischief.drip(Duration.ofMillis(100));
          case "html" -> Mischief.contentType("text/html");
          case "429" -> Mischief.tooManyRequests("7");
          default -> Mischief.status(Integer.parseInt(trouble));
        });
    Seen seen = browser.callback(answer);

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.body()).contains("href=\"/auth/login?return_to=%2Faccount\"");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isEqualTo(1);
    assertThat(stage.house.sessions.peek(before)).isPresent();
  }

  @Test
  void a_code_that_the_provider_does_not_take_is_refused() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login("")).replaceAll("code=[^&]*", "code=other");

    LoginStage.assertFailed(browser.callback(answer), 400, "GH-1213");
  }

  @Test
  void an_id_token_that_breaks_a_rule_is_refused_by_its_name_without_a_further_call() {
    TestBrowser browser = stage.browser();
    browser.signIn("");
    SessionId before = browser.id();
    stage.house.provider.alterIdToken(token -> token.claim("nonce", "another"));
    stage.house.provider.forgetRequests();
    Seen seen = browser.signIn("");

    LoginStage.assertFailed(seen, 400, "GH-1302");
    assertThat(seen.body()).contains("NONCE");
    assertThat(stage.house.provider.count(Endpoint.USERINFO)).isZero();
    assertThat(stage.house.provider.count(Endpoint.REVOKE)).isZero();
    assertThat(stage.house.sessions.peek(before)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "iss,https://evil.example,ISSUER",
    "aud,other,AUDIENCE",
    "azp,other,AUTHORIZED_PARTY"
  })
  void each_rule_has_its_say(String claim, String value, String rule) {
    stage.house.provider.alterIdToken(token -> token.claim(claim, value));
    Seen seen = stage.browser().signIn("");

    LoginStage.assertFailed(seen, 400, "GH-1302");
    assertThat(seen.body()).contains(rule).doesNotContain(value + " ");
  }

  @Test
  void an_answer_without_id_token_signs_nobody_in() {
    stage.house.provider.alterTokenAnswer(Lies::withoutIdToken);
    Seen seen = stage.browser().signIn("");

    assertThat(seen.status()).isIn(400, 503);
    assertThat(seen.field("Set-Cookie")).isNull();
  }

  @Test
  void userinfo_of_somebody_else_signs_nobody_in() {
    stage.house.provider.alterUserInfo(claims -> Lies.with(claims, "sub", "mallory"));

    LoginStage.assertFailed(stage.browser().signIn(""), 400, "GH-1303");
  }

  @Test
  void a_store_in_trouble_is_503_and_nothing_is_burnt() {
    TestBrowser browser = stage.browser();
    String answer = browser.authorize(browser.login(""));
    stage.house.storeDown(true);
    Seen seen = browser.callback(answer);

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.body()).contains("GH-1901");
    assertThat(stage.house.provider.count(Endpoint.TOKEN)).isZero();
    stage.house.storeDown(false);
    assertThat(browser.callback(answer).field("Set-Cookie")).startsWith(LoginStage.SESSION + "=");
  }

  @Test
  void nothing_secret_is_in_any_answer() {
    TestBrowser browser = stage.browser();
    Seen started = browser.login("");
    String answer = browser.authorize(started);
    Seen landed = browser.callback(answer);
    Seen replay = browser.replay(answer);
    Session session = browser.session().orElseThrow();
    String code = answer.replaceAll(".*code=([^&]*).*", "$1");
    String verifier =
        String.valueOf(stage.house.provider.last(Endpoint.TOKEN).parameter("code_verifier"));

    for (Seen seen : List.of(started, landed, replay)) {
      assertThat(seen.toString())
          .doesNotContain(
              code,
              verifier,
              session.tokens().accessToken().reveal(),
              session.tokens().idToken().reveal(),
              session.tokens().refreshToken().orElseThrow().reveal());
    }
    assertThat(stage.house.events.toString()).doesNotContain(code, verifier, browser.id().reveal());
  }

  private void restage(LoginStage other) {
    stage.close();
    stage = other;
  }

  /** Lies that a provider tells. */
  private static final class Lies {
    static Map<String, Object> withoutIdToken(Map<String, Object> answer) {
      answer.remove("id_token");
      return answer;
    }

    static Map<String, Object> with(Map<String, Object> claims, String name, String value) {
      claims.put(name, value);
      return claims;
    }
  }
}
