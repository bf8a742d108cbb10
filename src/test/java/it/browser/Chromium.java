package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import it.flow.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.PageLoadStrategy;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A fresh browser for each test. After the test it holds what every page of ours must keep: a clean
 * console (a violated Content Security Policy would be there) and empty web storage.
 *
 * <p>Where no Chromium can be started the tests say so and are left out, unless the environment
 * variable {@code BROWSER_TESTS} is {@code required}.
 */
public final class Chromium implements BeforeEachCallback, AfterEachCallback {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final List<String> FLAGS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--hide-scrollbars",
          "--disable-quic",
          "--disable-sync",
          "--disable-background-networking",
          "--disable-component-update",
          "--no-first-run",
          "--window-size=1280,900",
          "--lang=en");

  /** Held here, or the level would be forgotten; Selenium's warnings are about unused protocols. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final URI site;
  private final List<String> expectedInConsole = new ArrayList<>();
  private @Nullable ChromeDriver driver;

  Chromium() {
    this(RunningServer.app());
  }

  /**
   * @param site the Gatehouse that paths belong to
   */
  Chromium(URI site) {
    this.site = site;
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    driver = start();
    expectedInConsole.clear();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    try {
      if (test.getExecutionException().isPresent()) {
        screenshot("failed-" + test.getRequiredTestMethod().getName());
      } else {
        assertThat(consoleOfGatehouse()).as("console").isEmpty();
        assertThat(webStorage()).as("entries in web storage").isZero();
      }
    } finally {
      driver().quit();
    }
  }

  ChromeDriver driver() {
    return Objects.requireNonNull(driver);
  }

  void open(String path) {
    driver().get(site.resolve(path).toString());
  }

  /** The tests open another tab, and go on in it. */
  String newTab() {
    driver().switchTo().newWindow(WindowType.TAB);
    return driver().getWindowHandle();
  }

  WebElement find(String css) {
    return until(browser -> shown(css).orElse(null));
  }

  WebElement button(String label) {
    return until(
        browser ->
            browser.findElements(By.cssSelector("button, a")).stream()
                .filter(element -> element.isDisplayed() && element.getText().equals(label))
                .findFirst()
                .orElse(null));
  }

  Optional<WebElement> shown(String css) {
    return driver().findElements(By.cssSelector(css)).stream()
        .filter(WebElement::isDisplayed)
        .findFirst();
  }

  <T> T until(ExpectedCondition<T> condition) {
    return new WebDriverWait(driver(), PATIENCE)
        .ignoring(WebDriverException.class)
        .until(condition);
  }

  void untilAt(String path) {
    until(browser -> browser.getCurrentUrl().equals(site.resolve(path).toString()));
  }

  void untilHeading(String words) {
    until(browser -> shown("h1").map(WebElement::getText).filter(words::equals).isPresent());
  }

  /** Everything that a person can read on the page. */
  String text() {
    return driver().findElement(By.tagName("body")).getText();
  }

  void press(CharSequence... keys) {
    new Actions(driver()).sendKeys(keys).perform();
  }

  /** What a test provokes on purpose, such as the network line of a refused call. */
  void expectInConsole(String part) {
    expectedInConsole.add(part);
  }

  /** A phone or a desk, by day or by night. */
  void look(int width, int height, String colorScheme) {
    driver()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver()
        .executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of(
                "features",
                List.of(
                    Map.of("name", "prefers-color-scheme", "value", colorScheme),
                    Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /** The whole page as {@code target/screenshots/<name>.png}. */
  void screenshot(String name) {
    Object image =
        driver()
            .executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
            .get("data");
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(
          SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(image)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Messages of our own pages; those of the provider's pages are the provider's. */
  private List<String> consoleOfGatehouse() {
    return driver().manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> message.contains(site.getAuthority()))
        .filter(message -> expectedInConsole.stream().noneMatch(message::contains))
        .toList();
  }

  private long webStorage() {
    open("/");
    return (long) driver().executeScript("return localStorage.length + sessionStorage.length");
  }

  private static ChromeDriver start() {
    try {
      return new ChromeDriver(service(), options());
    } catch (WebDriverException e) {
      String message = "NO BROWSER TESTS: no Chromium could be started: " + e.getRawMessage();
      if ("required".equals(System.getenv("BROWSER_TESTS"))) {
        throw new AssertionError(message, e);
      }
      System.err.println(message);
      Assumptions.abort(message);
      throw e;
    }
  }

  private static ChromeOptions options() {
    LoggingPreferences console = new LoggingPreferences();
    console.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.addArguments(FLAGS);
    options.setCapability(ChromeOptions.LOGGING_PREFS, console);
    options.setAcceptInsecureCerts(true);
    options.setPageLoadStrategy(PageLoadStrategy.NORMAL);
    installed("chromium", "chromium-browser", "google-chrome")
        .ifPresent(path -> options.setBinary(path.toFile()));
    return options;
  }

  /** An installed driver; without one Selenium looks for one, or fetches it, by itself. */
  private static ChromeDriverService service() {
    ChromeDriverService.Builder service = new ChromeDriverService.Builder();
    installed("chromedriver").ifPresent(path -> service.usingDriverExecutable(path.toFile()));
    return service.build();
  }

  private static Optional<Path> installed(String... names) {
    return Stream.of(names)
        .map(name -> Path.of("/usr/bin", name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
