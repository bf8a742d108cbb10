package it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.FakeUpstream;
import it.flow.GatewayStage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The gateway as a real browser uses it: event streams, and what pages of other origins can do. */
final class GatewayBrowserIT {
  private static GatewayStage stage;
  private static FakeUpstream upstream;
  private static OtherOrigin other;

  @BeforeAll
  static void start() {
    stage =
        new GatewayStage(
            "gateway-browser",
            Map.ofEntries(
                Map.entry("GATEHOUSE_ROUTES", "up site"),
                Map.entry("GATEHOUSE_ROUTE_UP_PATH", "/bff/up"),
                Map.entry("GATEHOUSE_ROUTE_UP_TARGET", "UPSTREAM/up"),
                Map.entry("GATEHOUSE_ROUTE_UP_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_UP_WEBSOCKET", "true"),
                Map.entry("GATEHOUSE_ROUTE_SITE_PATH", "/site"),
                Map.entry("GATEHOUSE_ROUTE_SITE_TARGET", "UPSTREAM/site"),
                Map.entry("GATEHOUSE_ROUTE_SITE_METHODS", "GET POST"),
                Map.entry("GATEHOUSE_ROUTE_SITE_WEBSOCKET", "true")));
    upstream = stage.upstream;
    other = new OtherOrigin(stage.server.keyStore());
  }

  @AfterAll
  static void stop() {
    other.close();
    stage.close();
  }

  @RegisterExtension final Chromium browser = new Chromium(stage.server.app());

  @BeforeEach
  void alice_is_signed_in() {
    browser.open("/auth/login");
    browser.untilAt("/");
  }

  @Test
  void events_arrive_one_by_one_and_a_stream_that_ends_goes_on_where_it_was() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    upstream.on(
        "/up/events",
        call -> {
          call.beginChunks(200, "Content-Type: text/event-stream");
          if (call.values("Last-Event-ID").isEmpty()) {
            call.chunk("retry: 10\nid: 1\ndata: first\n\n");
            seen.await();
            call.chunk("id: 2\ndata: second\n\n");
          } else {
            call.chunk("id: 3\ndata: after " + call.values("Last-Event-ID").get(0) + "\n\n");
            new CountDownLatch(1).await();
          }
          call.endChunks();
        });
    browser
        .driver()
        .executeScript(
            "window.seen = []; window.source = new EventSource('/bff/up/events');"
                + "source.onmessage = ({data}) => seen.push(data)");

    browser.until(driver -> seen().equals(List.of("first")));
    seen.countDown();
    browser.until(driver -> seen().equals(List.of("first", "second", "after 2")));
    browser.driver().executeScript("source.close()");
    assertThat(upstream.calls("/up/events"))
        .hasSize(2)
        .allMatch(call -> call.values("Authorization").size() == 1);
  }

  @Test
  void a_stream_ends_for_good_when_the_session_ends_in_another_tab() {
    upstream.on(
        "/up/ticking",
        call -> {
          call.beginChunks(200, "Content-Type: text/event-stream");
          while (true) {
            call.chunk("retry: 10\ndata: tick\n\n");
            Thread.sleep(200);
          }
        });
    browser.expectInConsole("net::ERR_INCOMPLETE_CHUNKED_ENCODING");
    browser.expectInConsole("401");
    browser
        .driver()
        .executeScript(
            "window.seen = []; window.source = new EventSource('/bff/up/ticking');"
                + "source.onmessage = ({data}) => seen.push(data)");
    browser.until(driver -> seen().toString().contains("tick"));

    signOutInAnotherTab();

    browser.until(
        driver ->
            Long.valueOf(2).equals(browser.driver().executeScript("return source.readyState")));
    assertThat(upstream.calls("/up/ticking")).hasSize(1);
  }

  @Test
  void a_websocket_talks_until_the_session_ends_in_another_tab() {
    upstream.on("/up/talk", FakeUpstream.Call::echoWebSocket);
    openWebSocket("/bff/up/talk");
    browser.until(driver -> seen().equals(List.of("hello")));
    assertThat(upstream.calls("/up/talk").get(0).values("Authorization")).hasSize(1);
    assertThat(upstream.calls("/up/talk").get(0).values("Cookie")).isEmpty();

    signOutInAnotherTab();

    browser.until(
        driver -> seen().equals(List.of("hello", "closed 1008 the session has ended true")));
  }

  @Test
  void a_page_of_another_origin_opens_no_websocket_though_the_cookie_goes_along() {
    upstream.on("/up/foreign", FakeUpstream.Call::echoWebSocket);
    upstream.on("/site/foreign", FakeUpstream.Call::echoWebSocket);
    browser.driver().get(other.address().toString());
    browser.expectInConsole("Unexpected response code: 403");

    openWebSocket("/bff/up/foreign");
    browser.until(driver -> seen().equals(List.of("closed 1006  false")));
    // here nothing but the check of the handshake stands in between
    openWebSocket("/site/foreign");
    browser.until(driver -> seen().equals(List.of("closed 1006  false")));
    assertThat(upstream.calls("/up/foreign")).isEmpty();
    assertThat(upstream.calls("/site/foreign")).isEmpty();
  }

  private void signOutInAnotherTab() {
    String first = browser.driver().getWindowHandle();
    browser.newTab();
    browser.open("/auth/logout");
    browser.find("form .button").click();
    browser.untilHeading("You are signed out");
    browser.driver().switchTo().window(first);
  }

  /** One that says hello, hears, and tells how it ended. */
  private void openWebSocket(String path) {
    browser
        .driver()
        .executeScript(
            "window.seen = []; const socket = new WebSocket(arguments[0]);"
                + "socket.onopen = () => socket.send('hello');"
                + "socket.onmessage = ({data}) => seen.push(data);"
                + "socket.onclose = ({code, reason, wasClean}) =>"
                + "  seen.push(`closed ${code} ${reason} ${wasClean}`)",
            at(path).replaceFirst("https", "wss"));
  }

  @Test
  void an_image_of_our_own_pages_comes_through_the_gateway() {
    upstream.on(
        "/up/dot.svg",
        200,
        "<svg xmlns='http://www.w3.org/2000/svg' width='5' height='5'/>",
        "Content-Type: image/svg+xml");
    assertThat(image("/bff/up/dot.svg")).isEqualTo("load");
  }

  @Test
  void pages_of_another_origin_reach_nothing_at_bff_though_the_cookie_goes_along() {
    upstream.on("/up/x", 200, "x", "Content-Type: image/svg+xml");
    upstream.on("/site/read", 200, "x");
    browser.driver().get(other.address().toString());
    browser.expectInConsole("403");
    browser.expectInConsole("ERR_BLOCKED_BY_RESPONSE");
    browser.expectInConsole("CORS policy");
    browser.expectInConsole("net::ERR_FAILED");

    // a read of a web application, which passes from anywhere, shows that the cookie goes along;
    // Cross-Origin-Resource-Policy keeps the answer from the page
    assertThat(fetch("/site/read", "{mode: 'no-cors', credentials: 'include'}"))
        .isEqualTo("refused");
    assertThat(upstream.calls("/site/read")).hasSize(1);
    assertThat(upstream.calls("/site/read").get(0).values("Authorization")).hasSize(1);

    assertThat(image("/bff/up/x")).isEqualTo("error");
    assertThat(fetch("/bff/up/x", "{mode: 'no-cors', credentials: 'include'}"))
        .isEqualTo("refused");
    assertThat(fetch("/bff/up/x", "{credentials: 'include'}")).isEqualTo("refused");
    assertThat(fetch("/bff/up/x", "{credentials: 'include', headers: {'X-CSRF': '1'}}"))
        .isEqualTo("refused");
    assertThat(fetch("/bff/up/x", "{method: 'POST', mode: 'no-cors', credentials: 'include'}"))
        .isEqualTo("refused");
    assertThat(upstream.calls("/up/x")).isEmpty();
  }

  @Test
  void forms_and_scripts_of_another_origin_change_nothing_at_a_web_application() {
    upstream.on("/site/change", 200, "<h1>changed</h1>", "Content-Type: text/html");
    browser.driver().get(other.address().toString());
    browser.expectInConsole("403");
    browser.expectInConsole("ERR_BLOCKED_BY_RESPONSE");
    assertThat(fetch("/site/change", "{method: 'POST', mode: 'no-cors', credentials: 'include'}"))
        .isEqualTo("refused");
    submitForm();
    browser.untilHeading("This request did not come from this site");
    assertThat(upstream.calls("/site/change")).isEmpty();

    upstream.on("/site/form", 200, "<h1>form</h1>", "Content-Type: text/html");
    browser.open("/site/form");
    submitForm();
    browser.untilHeading("changed");
  }

  private void submitForm() {
    browser
        .driver()
        .executeScript(
            "const form = document.createElement('form'); form.method = 'post';"
                + "form.action = arguments[0]; document.body.append(form); form.submit()",
            at("/site/change"));
  }

  /** The kind of the answer, or {@code refused} by the browser. */
  private Object fetch(String path, String options) {
    return browser
        .driver()
        .executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "fetch(arguments[0], "
                + options
                + ").then(answer => done(answer.type), () => done('refused'))",
            at(path));
  }

  private Object image(String path) {
    return browser
        .driver()
        .executeAsyncScript(
            "const done = arguments[arguments.length - 1]; const image = new Image();"
                + "image.onload = image.onerror = ({type}) => done(type);"
                + "image.src = arguments[0]",
            at(path));
  }

  private Object seen() {
    return browser.driver().executeScript("return seen");
  }

  private static String at(String path) {
    return stage.server.app().resolve(path).toString();
  }
}
