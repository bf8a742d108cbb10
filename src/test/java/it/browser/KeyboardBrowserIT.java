package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The whole way without a mouse. */
final class KeyboardBrowserIT {
  private static final int MANY = 40;

  @RegisterExtension final Chromium browser = new Chromium();
  private final ProviderPages provider = new ProviderPages(browser);
  private final AccountPage account = new AccountPage(browser);

  @Test
  void signing_in_saving_and_signing_out_need_only_the_keyboard() {
    browser.open("/");
    tabTo("Sign in");
    browser.press(Keys.ENTER);
    provider.untilLoginForm();
    browser.press(Keys.TAB, "alice", Keys.TAB, "alice", Keys.ENTER);
    provider.untilConsent();
    tabTo("Allow once");
    browser.press(Keys.ENTER);
    account.untilProfile();

    tabTo("Display name");
    browser.press("Alice by keyboard", Keys.ENTER);
    account.untilSaved();
    browser.untilHeading("Alice by keyboard");

    browser.driver().navigate().refresh();
    account.untilProfile();
    tabTo("Sign out");
    browser.press(Keys.ENTER);
    browser.untilHeading("You are signed out");
  }

  @Test
  void the_first_stop_skips_to_the_content() {
    browser.open("/");
    browser.press(Keys.TAB);
    assertThat(nameOf(focused())).isEqualTo("Skip to the content");

    browser.press(Keys.ENTER, Keys.TAB);

    assertThat(nameOf(focused())).isEqualTo("Sign in");
  }

  /** Presses Tab until the element of this name has the focus, and can be seen to have it. */
  private void tabTo(String name) {
    for (int i = 0; i < MANY && !nameOf(focused()).equals(name); i++) {
      browser.press(Keys.TAB);
    }
    assertThat(nameOf(focused())).isEqualTo(name);
    assertThat(focused().getCssValue("outline-style")).as("focus ring").isNotEqualTo("none");
  }

  private WebElement focused() {
    return browser.driver().switchTo().activeElement();
  }

  private static String nameOf(WebElement element) {
    return element.getAccessibleName();
  }
}
