package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import it.flow.RunningServer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.By;

/** The embedded provider's login form and consent page, on another site than ours. */
record ProviderPages(Chromium browser) {
  private static final Pattern STATE = Pattern.compile("[?&]state=([^&]+)");

  /** Fills the form in as {@code user} and sends it. */
  void logIn(String user) {
    browser.find("input[name=j_username]").sendKeys(user);
    browser.find("input[name=j_password]").sendKeys(user);
    browser.find("button[type=submit]").click();
  }

  void untilConsent() {
    browser.find("#oauth_scope input");
  }

  void allow() {
    browser.find("input[value='Allow once']").click();
  }

  void cancel() {
    browser.find("input[value='Cancel']").click();
  }

  /** {@code state} of the authorization request that the consent page is about. */
  String stateOfTheRequest() {
    Matcher state = STATE.matcher(browser.driver().getCurrentUrl());
    assertThat(state.find()).as("state in the address").isTrue();
    return state.group(1);
  }

  /** From the login form through consent, back to us. */
  void signIn(String user) {
    logIn(user);
    untilConsent();
    allow();
    untilLeft();
  }

  void untilLeft() {
    String provider = RunningServer.issuer().getAuthority();
    browser.until(driver -> !driver.getCurrentUrl().contains("//" + provider + "/"));
  }

  void untilLoginForm() {
    browser.until(driver -> driver.findElement(By.name("j_username")));
  }
}
