package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeAuthorizationServer;
import it.flow.OwnServer;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;

/** A route that asks for more than the session has, and a page that gets it. */
final class ConsentBrowserIT {
  private static final String PAGE = "/nothing-here?tab=two";

  private static OwnServer server;
  private static FakeAuthorizationServer provider;

  @RegisterExtension final Chromium browser = new Chromium();

  @BeforeAll
  static void start() {
    server = OwnServer.development("consent");
    provider = FakeAuthorizationServer.start(server.registration(), Clock.systemUTC());
    server.start(
        Map.of(
            "GATEHOUSE_ISSUER",
            provider.issuer().toString(),
            "GATEHOUSE_CLIENT_ID",
            provider.settings().clientId(),
            "GATEHOUSE_CLIENT_SECRET",
            provider.settings().clientSecret().orElseThrow(),
            "GATEHOUSE_BASE_URL",
            server.app().toString(),
            "GATEHOUSE_OPTIONAL_SCOPES",
            "read",
            "GATEHOUSE_ROUTES",
            "api,strong",
            "GATEHOUSE_ROUTE_API_SCOPES",
            "read",
            "GATEHOUSE_ROUTE_STRONG_PATH",
            "/bff/strong",
            "GATEHOUSE_ROUTE_STRONG_TARGET",
            server.plainApp() + "/api",
            "GATEHOUSE_ROUTE_STRONG_ACR",
            "gold"));
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.close();
  }

  @Test
  void consent_is_given_at_the_provider_and_then_the_call_works() {
    signIn("");
    call("/bff/v1/user/profile");
    assertThat(browser.find("dialog h2").getText()).isEqualTo("This needs your consent");

    browser.button("Go on to the provider").click();

    untilBack();
    call("/bff/v1/user/profile");
    browser.until(driver -> driver.getTitle().equals("alice"));
  }

  @Test
  void without_consent_the_account_page_shows_what_needs_none_and_offers_to_give_it() {
    AccountPage account = new AccountPage(browser);
    signIn("");
    browser.open(server.app() + "/account");
    browser.button("Not now").click();

    browser.find("[data-sessions] li");
    browser.find("[data-no-preferences]");
    assertThat(account.fact("subject")).isEqualTo("alice");
    assertThat(browser.text()).doesNotContain("From the protected resource");
    assertThat(browser.shown("[data-preferences]")).isEmpty();
    assertThat(browser.find("[data-problems] a").getText()).isEqualTo("Go on to the provider");

    browser.find("[data-problems] a").click();

    account.untilProfile();
    assertThat(browser.text()).contains("From the protected resource");
    assertThat(account.fact("scopes")).contains("read").doesNotContain("write");
    browser.find("[data-no-preferences]");
    assertThat(browser.shown("[data-preferences]")).isEmpty();
  }

  @Test
  void a_stronger_sign_in_is_made_and_then_the_call_works() {
    signIn("&scope=read");
    call("/bff/strong/v1/user/profile");
    assertThat(browser.find("dialog h2").getText()).isEqualTo("This needs a stronger sign-in");

    browser.button("Sign in").click();

    untilBack();
    call("/bff/strong/v1/user/profile");
    browser.until(driver -> driver.getTitle().equals("alice"));
  }

  @Test
  void a_provider_that_does_less_than_asked_is_told_and_leads_back() {
    signIn("&scope=read");
    provider.stepsUp(false);
    call("/bff/strong/v1/user/profile");
    browser.button("Sign in").click();
    browser.untilHeading("The provider did not sign you in as asked");
    provider.calm();
    browser.button("Go back").click();

    untilBack();
    call("/auth/session");
    browser.until(driver -> driver.getTitle().equals("alice"));
  }

  private void signIn(String more) {
    browser.open(server.app() + "/auth/login?return_to=/nothing-here%3Ftab%3Dtwo" + more);
    untilBack();
  }

  /** At the same address, and the page is a new one. */
  private void untilBack() {
    browser.until(
        driver ->
            driver.getCurrentUrl().equals(server.app() + PAGE)
                && driver.findElements(By.cssSelector("[data-called]")).isEmpty());
  }

  private void call(String path) {
    browser
        .driver()
        .executeScript(
            "document.body.dataset.called = '';"
                + "import('/app/api.js').then(({api}) => api.get(arguments[0]))"
                + ".then(({subject}) => document.title = subject,"
                + " ({code}) => document.title = code)",
            path);
  }
}
