package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Requests;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookiesTest {
  private final Cookies cookies =
      new Cookies(
          Set.of("JSESSIONID", "lang"),
          "/shop",
          new Addresses(
              URI.create("https://app.example"), "/shop", URI.create("http://127.0.0.1:8080/s")),
          true);

  @Test
  void named_cookies_go_up_and_ours_do_not() {
    assertThat(
            cookies.up(
                Requests.a("GET", "/shop")
                    .with("Cookie", "__Host-Http-gatehouse=secret; JSESSIONID=1; x=2")
                    .with("Cookie", "lang=de; jsessionid=3")
                    .build()))
        .contains("JSESSIONID=1; lang=de");
    assertThat(
            cookies.up(
                Requests.a("GET", "/shop").with("Cookie", "__Host-Http-gatehouse=secret").build()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "JSESSIONID=1, JSESSIONID=1; Path=/shop; Secure",
    "JSESSIONID=1; Path=/, JSESSIONID=1; Path=/shop; Secure",
    "JSESSIONID=1; Path=/s/cart; HttpOnly, JSESSIONID=1; HttpOnly; Path=/shop/cart; Secure",
    "lang=de; Domain=example; Max-Age=5; SameSite=Lax; Secure, lang=de; Max-Age=5; SameSite=Lax; Path=/shop; Secure",
    "lang=; expires=Thu 01 Jan 1970 00:00:00 GMT, lang=; expires=Thu 01 Jan 1970 00:00:00 GMT; Path=/shop; Secure",
  })
  void named_cookies_come_down_below_the_routes_path(String theirs, String ours) {
    assertThat(cookies.down(theirs)).contains(ours);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other=1",
        "__Host-Http-gatehouse=1",
        " =JSESSIONID",
        "jsessionid=1",
        "JSESSIONID=1\u0007",
        "=1"
      })
  void no_other_comes_down(String theirs) {
    assertThat(cookies.down(theirs)).isEmpty();
  }
}
