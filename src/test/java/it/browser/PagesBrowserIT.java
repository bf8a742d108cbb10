package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every page on a desk and on a phone, by day and by night; the pictures are for people to look at.
 */
final class PagesBrowserIT {
  private record Look(String name, int width, int height) {}

  private static final List<Look> LOOKS =
      List.of(new Look("desk", 1280, 900), new Look("phone", 390, 844));

  @RegisterExtension final Chromium browser = new Chromium();
  private final ProviderPages provider = new ProviderPages(browser);
  private final AccountPage account = new AccountPage(browser);

  @Test
  void home_fits_when_nobody_is_signed_in() {
    browser.open("/");
    browser.button("Sign in");
    photograph("home-signed-out");
  }

  @Test
  void account_and_the_pages_around_it_fit_when_somebody_is() {
    browser.open("/account");
    provider.signIn("alice");
    account.untilProfile();
    photograph("account");

    browser.open("/");
    browser.button("Your account");
    photograph("home-signed-in");

    browser.open("/auth/logout");
    browser.untilHeading("Sign out?");
    photograph("sign-out");

    browser.open("/account");
    account.untilProfile();
    browser.button("Sign out").click();
    browser.untilHeading("You are signed out");
    photograph("signed-out");
  }

  @Test
  void the_error_page_fits() {
    browser.expectInConsole("400");
    browser.open("/auth/callback?code=unasked");
    assertThat(browser.find(".reference").getText()).contains("GH-1204");
    photograph("error");
  }

  private void photograph(String page) {
    for (Look look : LOOKS) {
      for (String colorScheme : List.of("light", "dark")) {
        browser.look(look.width(), look.height(), colorScheme);
        browser.screenshot(page + "-" + look.name() + "-" + colorScheme);
        assertThat(browser.driver().executeScript("return document.documentElement.scrollWidth"))
            .as("width of %s on a %s", page, look.name())
            .isEqualTo((long) look.width());
      }
    }
  }
}
