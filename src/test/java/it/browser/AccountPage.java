package it.browser;

import org.openqa.selenium.WebElement;

/** The page of whoever is signed in. */
record AccountPage(Chromium browser) {

  /** The profile has come from the protected resource. */
  AccountPage untilProfile() {
    browser.until(driver -> !fact("audience").isEmpty());
    return this;
  }

  String heading() {
    return browser.find("h1").getText();
  }

  String fact(String name) {
    return browser.find("[data-field=" + name + "]").getText();
  }

  String deadline(String name) {
    return browser.find("[data-deadline=" + name + "_expires_at] time").getDomAttribute("datetime");
  }

  WebElement field(String name) {
    return browser.find("#" + name);
  }

  void write(String name, String value) {
    field(name).clear();
    field(name).sendKeys(value);
  }

  void save() {
    browser.button("Save preferences").click();
  }

  void untilSaved() {
    browser.until(driver -> browser.find("[data-saved]").getText().equals("Saved."));
  }

  void untilEnded() {
    browser.find("#ended-title");
  }
}
