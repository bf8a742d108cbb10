package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code app/api.js} alone, on a page that has no script of its own: what it offers, and how. */
final class OffersBrowserIT {
  private static final String PAGE = "/nothing-here?tab=two%20x";

  @RegisterExtension final Chromium browser = new Chromium();
  private final ProviderPages provider = new ProviderPages(browser);

  @BeforeEach
  void a_page_without_scripts() {
    browser.expectInConsole("404");
    browser.open(PAGE);
  }

  @Test
  void signing_in_leads_back_to_the_same_place_and_the_call_works() {
    browser.expectInConsole("401");
    call();
    assertThat(browser.find("dialog h2").getText()).isEqualTo("You are not signed in");

    browser.button("Sign in").click();
    provider.signIn("alice");

    browser.untilAt(PAGE);
    call();
    browser.until(driver -> driver.getTitle().equals("alice"));
  }

  @Test
  void whoever_declines_stays_on_the_page_as_it_is() {
    browser.expectInConsole("401");
    String before = browser.text();
    call();
    browser.button("Not now").click();

    browser.until(driver -> driver.getTitle().equals("refused 401 GH-1501"));
    browser.untilAt(PAGE);
    assertThat(browser.text()).isEqualTo(before);
    assertThat(browser.shown("dialog")).isEmpty();
  }

  @Test
  void the_question_is_a_dialog_for_keyboard_and_screen_reader() {
    browser.expectInConsole("401");
    call();

    assertThat(browser.find("dialog").getAriaRole()).isEqualTo("dialog");
    assertThat(browser.find("dialog").getAccessibleName()).isEqualTo("You are not signed in");
    assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Sign in");
    browser.look(1280, 900, "light");
    browser.screenshot("offer-light");
    browser.look(390, 844, "dark");
    browser.screenshot("offer-dark");
    browser.press("\uE00C"); // Escape
    browser.until(driver -> driver.getTitle().equals("refused 401 GH-1501"));
  }

  @Test
  void missing_consent_is_asked_for_once_however_many_calls_are_refused() {
    answer(403, "GH-1215", "/auth/login?scope=calendar%20mail");
    call();
    call();
    browser.button("Go on to the provider");
    assertThat(browser.driver().executeScript("return document.querySelectorAll('dialog').length"))
        .isEqualTo(1L);
    browser.expectInConsole("400");
    browser.button("Go on to the provider").click();

    // the server of these tests offers no such scope, and says so
    browser.untilAt("/auth/login?scope=calendar+mail&return_to=%2Fnothing-here%3Ftab%3Dtwo%2520x");
    assertThat(browser.text()).contains("GH-1202");
  }

  @Test
  void a_stronger_sign_in_is_offered_also_where_the_page_listens_for_signing_out() {
    answer(401, "GH-1216", "/auth/login?acr_values=gold&max_age=60");
    browser.driver().executeScript(listening());
    call();
    browser.button("Not now").click();
    browser.until(driver -> driver.getTitle().equals("refused 401 GH-1216"));

    answer(401, "GH-1502", "/auth/login");
    call();
    browser.until(driver -> driver.getTitle().equals("refused 401 GH-1502"));
    assertThat(browser.find("h1").getText()).isEqualTo("listened");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/auth/login",
        "//evil.example/auth/login",
        "/\\\\evil.example/auth/login",
        "javascript:document.title='run'",
        "/auth/login/../../bff/x",
        "/bff/auth/login",
        "http://["
      })
  void a_login_that_is_not_ours_is_neither_offered_nor_followed(String loginUrl) {
    answer(401, "GH-1501", loginUrl);
    call();
    browser.until(driver -> driver.getTitle().equals("refused 401 GH-1501"));
    assertThat(browser.shown("dialog")).isEmpty();
    assertThat(
            browser
                .driver()
                .executeAsyncScript(
                    "const [login_url, done] = arguments; import('/app/api.js')"
                        + ".then(({Problem}) => done('loginUrl' in new Problem(401, {login_url})))",
                    loginUrl))
        .isEqualTo(false);
  }

  @Test
  void a_place_that_no_login_returns_to_is_named_without_what_is_wrong_with_it() {
    assertThat(placeAt("/shop/cart?item=7&x=%20")).isEqualTo("/shop/cart?item=7&x=%20");
    assertThat(placeAt("/shop/cart?x=%0a")).isEqualTo("/shop/cart");
    assertThat(placeAt("/shop/cart?x=[1]")).isEqualTo("/shop/cart");
    assertThat(placeAt("/shop/cart?" + "x".repeat(1024))).isEqualTo("/shop/cart");
    assertThat(placeAt("/shop/?next=//x/.y&z=%2F%C3%A9"))
        .isEqualTo("/shop/?next=//x/.y&z=%2F%C3%A9");
    assertThat(placeAt("/shop?x=%5C")).isEqualTo("/shop");
    assertThat(placeAt("/shop/%41")).isNull();
    assertThat(placeAt("/shop/.hidden")).isNull();
    assertThat(placeAt("/shop//cart")).isNull();
    assertThat(placeAt("/auth/logout")).isNull();
    browser.open(PAGE);
  }

  private Object placeAt(String place) {
    return browser
        .driver()
        .executeAsyncScript(
            "const [place, done] = arguments; history.replaceState(null, '', place);"
                + "import('/app/api.js').then(({signInHere}) =>"
                + " done(new URL(signInHere('/auth/login')).searchParams.get('return_to')))",
            place);
  }

  private void call() {
    browser
        .driver()
        .executeScript(
            "import('/app/api.js').then(({api}) => api.get('/bff/v1/user/profile'))"
                + ".then(({subject}) => document.title = subject,"
                + " ({status, code}) => document.title = `refused ${status} ${code}`)");
  }

  /** As the gateway would for a route with such a rule. */
  private void answer(int status, String code, String loginUrl) {
    browser
        .driver()
        .executeScript(
            "const [status, code, login_url] = arguments;"
                + "window.fetch = async () =>"
                + " new Response(JSON.stringify({title: 'No', code, login_url}), {status})",
            status,
            code,
            loginUrl);
  }

  private static String listening() {
    return "addEventListener('signedout', (event) => {"
        + " event.preventDefault(); document.querySelector('h1').textContent = 'listened' })";
  }
}
