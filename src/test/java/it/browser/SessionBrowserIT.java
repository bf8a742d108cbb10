package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import it.flow.Browser;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** A session in use: preferences, refresh, sign-out, and its end while a page is open. */
final class SessionBrowserIT {
  private static final String SESSION_COOKIE = "__Host-Http-gatehouse";

  @RegisterExtension final Chromium browser = new Chromium();
  private final ProviderPages provider = new ProviderPages(browser);
  private final AccountPage account = new AccountPage(browser);

  @BeforeEach
  void alice_is_signed_in() {
    browser.open("/account");
    provider.signIn("alice");
    account.untilProfile();
  }

  @Test
  void preferences_are_kept_and_greet_the_user() {
    account.write("display_name", "Alice in Wonderland");
    account.write("locale", "en-GB");
    account.write("time_zone", "Europe/Paris");
    account.save();
    account.untilSaved();

    browser.driver().navigate().refresh();

    browser.untilHeading("Alice in Wonderland");
    assertThat(account.field("time_zone").getDomProperty("value")).isEqualTo("Europe/Paris");
  }

  @Test
  void a_refused_preference_is_explained_at_its_field() {
    browser.expectInConsole("400");
    account.write("time_zone", "Mars/Olympus");
    account.save();

    browser.until(driver -> !browser.find("#time_zone-error").getText().isEmpty());
    assertThat(account.field("time_zone").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(browser.driver().switchTo().activeElement()).isEqualTo(account.field("time_zone"));
    assertThat(account.field("locale").getDomAttribute("aria-invalid")).isEqualTo("false");
  }

  @Test
  void refreshing_now_moves_the_end_of_the_access_token() {
    String before = account.deadline("access_token");

    browser.button("Refresh now").click();

    browser.until(driver -> account.deadline("access_token").compareTo(before) > 0);
  }

  @Test
  void signing_out_leads_through_the_provider_to_the_signed_out_page() {
    browser.button("Sign out").click();

    browser.untilHeading("You are signed out");
    browser.open("/account");
    provider.untilLoginForm();
  }

  @Test
  void signing_out_works_from_the_confirmation_page() {
    browser.open("/");
    browser.button("Sign out").click();
    browser.untilHeading("Sign out?");
    browser.find("form .button").click();

    browser.untilHeading("You are signed out");
  }

  @Test
  void the_back_button_after_signing_out_shows_no_profile() {
    browser.button("Sign out").click();
    browser.untilHeading("You are signed out");

    browser.driver().navigate().back();

    browser.until(
        driver ->
            !browser.shown("input[name=j_username]").isEmpty()
                || !browser.shown("#ended-title").isEmpty());
    assertThat(browser.text()).doesNotContain("alice");
  }

  @Test
  void another_tab_notices_that_the_session_has_ended() {
    String first = browser.driver().getWindowHandle();
    browser.newTab();
    browser.open("/account");
    account.untilProfile();
    browser.button("Sign out").click();
    browser.untilHeading("You are signed out");

    browser.driver().switchTo().window(first);

    account.untilEnded();
    assertThat(browser.driver().getPageSource()).doesNotContain("alice");
    assertThat(browser.driver().switchTo().activeElement().getText())
        .isEqualTo("You are signed out");
  }

  @Test
  void the_home_page_in_another_tab_says_at_once_that_the_session_has_ended() {
    browser.open("/");
    browser.button("Your account");
    String home = browser.driver().getWindowHandle();
    browser.newTab();
    browser.open("/account");
    account.untilProfile();
    browser.button("Sign out everywhere").click();
    account.untilEnded();

    browser.driver().switchTo().window(home);

    assertThat(browser.find("[data-ended]").getText()).isEqualTo("Your session has ended.");
    assertThat(
            browser
                .driver()
                .findElement(By.cssSelector("[role=status]"))
                .getDomProperty("textContent"))
        .isEqualTo("Your session has ended.");
    assertThat(
            browser
                .driver()
                .findElement(By.cssSelector("[data-name]"))
                .getDomProperty("textContent"))
        .isEmpty();
    browser.button("Sign in");
  }

  @Test
  void a_tab_in_the_background_is_told_and_does_not_wait_to_be_looked_at() {
    String first = browser.driver().getWindowHandle();
    browser
        .driver()
        .executeScript(
            "new MutationObserver(() => new BroadcastChannel('test')"
                + ".postMessage(document.visibilityState))"
                + ".observe(document.querySelector('[data-when=signed-out]'), {attributes: true})");
    browser.newTab();
    browser.open("/account");
    account.untilProfile();
    browser
        .driver()
        .executeScript(
            "new BroadcastChannel('test').onmessage = ({data}) => document.title = data");
    browser.button("Sign out everywhere").click();

    browser.until(driver -> driver.getTitle().equals("hidden"));
    browser.driver().switchTo().window(first);
    assertThat(browser.driver().getPageSource()).doesNotContain("alice");
  }

  @Test
  void a_session_ended_from_another_browser_is_noticed_without_being_extended() {
    Browser other = new Browser();
    other.signIn("alice", "/account");
    browser.driver().executeScript("performance.clearResourceTimings()");
    other.fetch("DELETE", "/auth/sessions?except=current", null);

    account.untilEnded();
    assertThat(browser.driver().getPageSource()).doesNotContain("alice");
    browser.button("Sign in again");
    Object asked =
        browser
            .driver()
            .executeScript(
                "return [...new Set(performance.getEntriesByType('resource').map("
                    + "({name}) => name.replace(location.origin, '')))]");
    assertThat(asked).isEqualTo(List.of("/auth/session?peek=true"));
  }

  @Test
  void a_session_that_ends_during_use_offers_to_sign_in_and_comes_back() {
    browser.open("/account?tab=preferences");
    account.untilProfile();
    browser.expectInConsole("401");
    browser.driver().manage().deleteCookieNamed(SESSION_COOKIE);

    account.save();
    account.untilEnded();
    browser.button("Sign in again").click();
    provider.untilConsent();
    provider.allow();

    browser.untilAt("/account?tab=preferences");
    account.untilProfile();
  }

  @Test
  void a_session_in_another_browser_is_listed_and_can_be_ended() {
    Browser other = new Browser();
    other.signIn("alice", "/account");
    browser.driver().navigate().refresh();

    browser.button("End all others").click();

    browser.until(driver -> driver.findElements(By.cssSelector("[data-sessions] li")).size() == 1);
    assertThat(browser.find("[data-sessions] li").getText()).contains("This browser");
    assertThat(other.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isFalse();
  }

  @Test
  void only_the_exact_end_is_told_in_the_page_and_never_a_token() {
    WebElement time = browser.find("[data-deadline=access_token_expires_at] time");

    assertThat(time.getDomAttribute("title")).isEqualTo(time.getDomAttribute("datetime"));
    assertThat(browser.driver().getPageSource()).doesNotContain("eyJ");
    assertThat(browser.driver().executeScript("return document.cookie")).isEqualTo("");
  }
}
