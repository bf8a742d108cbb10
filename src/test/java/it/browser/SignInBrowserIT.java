package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import it.flow.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;

/** Signing in, the ways people do. */
final class SignInBrowserIT {
  @RegisterExtension final Chromium browser = new Chromium();
  private final ProviderPages provider = new ProviderPages(browser);
  private final AccountPage account = new AccountPage(browser);

  @Test
  void signing_in_with_consent_shows_the_profile_of_the_protected_resource() {
    browser.open("/");
    browser.button("Sign in").click();
    provider.signIn("alice");

    browser.untilAt("/account");
    account.untilProfile();
    assertThat(account.fact("subject")).isEqualTo("alice");
    assertThat(account.fact("issuer")).isEqualTo(RunningServer.issuer().toString());
    assertThat(account.fact("audience")).isEqualTo("gatehouse-api");
    assertThat(account.fact("scopes")).contains("read", "write");
  }

  @Test
  void who_refuses_consent_is_told_so_and_can_begin_again() {
    browser.expectInConsole("403");
    browser.open("/account");
    provider.logIn("alice");
    provider.untilConsent();
    provider.cancel();

    browser.untilHeading("The provider did not sign you in");
    assertThat(browser.text()).contains("access_denied: consent was not given", "GH-1211");
    browser.screenshot("refused");
    browser.button("Try again").click();
    provider.untilConsent();
    provider.allow();

    browser.untilAt("/account");
    account.untilProfile();
  }

  @Test
  void the_home_page_says_who_is_signed_in() {
    signIn("bob");

    browser.open("/");

    assertThat(browser.find("[data-name]").getText()).isEqualTo("bob");
    browser.button("Your account").click();
    browser.untilAt("/account");
  }

  @Test
  void a_deep_link_survives_the_way_through_the_provider() {
    browser.open("/account?tab=preferences");
    provider.signIn("alice");

    browser.untilAt("/account?tab=preferences");
    account.untilProfile();
  }

  @Test
  void two_tabs_sign_in_at_once() {
    browser.open("/account");
    String first = browser.driver().getWindowHandle();
    provider.logIn("alice");
    provider.untilConsent();
    browser.newTab();
    browser.open("/account?tab=second");
    provider.untilConsent();
    provider.allow();
    browser.untilAt("/account?tab=second");
    account.untilProfile();

    browser.driver().switchTo().window(first);
    // this provider's consent page works in the latest tab only; the request of this one is older
    browser.driver().navigate().refresh();
    provider.untilConsent();
    provider.allow();

    browser.untilAt("/account");
    account.untilProfile();
    assertThat(account.fact("subject")).isEqualTo("alice");
  }

  @Test
  void the_back_button_after_signing_in_shows_no_error_and_signs_nobody_out() {
    browser.open("/");
    browser.button("Sign in").click();
    provider.signIn("alice");
    browser.untilAt("/account");
    account.untilProfile();

    browser.driver().navigate().back();
    browser.until(driver -> driver.findElement(By.tagName("body")).isDisplayed());
    assertThat(browser.driver().findElements(By.className("reference"))).isEmpty();

    browser.open("/account");
    account.untilProfile();
  }

  @Test
  void reloading_keeps_the_session() {
    signIn("alice");
    String absoluteEnd = account.deadline("session");

    browser.driver().navigate().refresh();

    account.untilProfile();
    assertThat(account.deadline("session")).isEqualTo(absoluteEnd);
  }

  @Test
  void a_provider_that_refuses_leads_to_an_error_page_with_a_way_back() {
    browser.open("/account");
    provider.logIn("alice");
    provider.untilConsent();
    browser.expectInConsole("403");

    // this provider keeps refusals to itself, so we come back as others send people back
    browser.open("/auth/callback?error=access_denied&state=" + provider.stateOfTheRequest());

    browser.untilHeading("The provider did not sign you in");
    assertThat(browser.find(".reference").getText()).contains("GH-1211");
    browser.find(".message .button").click();
    provider.untilConsent();
    provider.allow();
    browser.untilAt("/account");
  }

  private void signIn(String user) {
    browser.open("/account");
    provider.signIn(user);
    account.untilProfile();
  }
}
