package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Requests;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NavigationTest {
  private static final String CHROMIUM =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

  @Test
  void a_browser_going_to_a_page_navigates() {
    assertThat(Navigation.isNavigation(Requests.navigation("/").build())).isTrue();
    assertThat(Navigation.mayStartLogin(Requests.navigation("/").build())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "cors,empty", "no-cors,image", "same-origin,empty", "no-cors,script", "navigate,iframe",
    "navigate,frame", "navigate,object", "navigate,embed", "websocket,websocket",
        "nested-navigate,iframe"
  })
  void what_pages_load_is_no_navigation_and_starts_no_login(String mode, String destination) {
    var request =
        Requests.get("/")
            .with("Sec-Fetch-Mode", mode)
            .with("Sec-Fetch-Dest", destination)
            .with("Accept", CHROMIUM)
            .build();

    assertThat(Navigation.isNavigation(request)).isFalse();
    assertThat(Navigation.mayStartLogin(request)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Purpose,prefetch",
    "Sec-Purpose,prefetch;prerender",
    "Purpose,prefetch",
    "X-Moz,prefetch"
  })
  void prefetches_are_no_navigation(String name, String value) {
    var request = Requests.navigation("/").with(name, value).build();

    assertThat(Navigation.isNavigation(request)).isFalse();
    assertThat(Navigation.mayStartLogin(request)).isFalse();
  }

  @Test
  void without_fetch_metadata_a_script_that_says_so_is_no_navigation() {
    var request =
        Requests.get("/")
            .with("Accept", "text/html")
            .with("X-Requested-With", "XMLHttpRequest")
            .build();

    assertThat(Navigation.isNavigation(request)).isFalse();
    assertThat(Navigation.mayStartLogin(request)).isFalse();
  }

  @Test
  void a_person_navigates_also_within_the_web_view_of_an_app() {
    var request = Requests.navigation("/").with("X-Requested-With", "com.example.app").build();

    assertThat(Navigation.isNavigation(request)).isTrue();
    assertThat(Navigation.mayStartLogin(request)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHROMIUM,
        "text/html",
        "text/html;q=0.5, */*",
        "application/json;q=0.1, text/html",
        "text/html;charset=utf-8"
      })
  void without_fetch_metadata_accept_decides_for_html(String accept) {
    assertThat(Navigation.isNavigation(Requests.get("/").with("Accept", accept).build())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*", "application/json", "application/json, text/html;q=0.9",
            "application/json, text/html",
        "text/html;q=0", "text/*", "text/html;q=x", "image/png,text/html;q=0.1"
      })
  void without_fetch_metadata_accept_decides_against_html(String accept) {
    assertThat(Navigation.isNavigation(Requests.get("/").with("Accept", accept).build())).isFalse();
  }

  @Test
  void nothing_said_is_no_navigation() {
    assertThat(Navigation.isNavigation(Requests.get("/").build())).isFalse();
  }

  @Test
  void fetch_metadata_without_a_mode_are_no_navigation() {
    assertThat(
            Navigation.isNavigation(
                Requests.get("/").with("Sec-Fetch-Site", "none").with("Accept", CHROMIUM).build()))
        .isFalse();
  }

  @Test
  void a_repeated_mode_is_no_navigation() {
    assertThat(
            Navigation.isNavigation(
                Requests.navigation("/").with("Sec-Fetch-Mode", "navigate").build()))
        .isFalse();
  }

  @Test
  void a_client_that_says_nothing_may_follow_a_login_link() {
    assertThat(Navigation.mayStartLogin(Requests.get("/").build())).isTrue();
    assertThat(Navigation.mayStartLogin(Requests.get("/").with("Accept", "*/*").build())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json, text/plain, */*",
        "image/webp,image/*;q=0.8,*/*;q=0.5",
        "image/*",
        "text/css,*/*;q=0.1",
        "image/png,text/html;q=0.1"
      })
  void a_client_that_wants_data_or_an_image_starts_no_login(String accept) {
    assertThat(Navigation.mayStartLogin(Requests.get("/").with("Accept", accept).build()))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHROMIUM,
        "application/xhtml+xml,text/html;q=0.9",
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
      })
  void a_client_that_wants_a_page_may_start_a_login(String accept) {
    assertThat(Navigation.mayStartLogin(Requests.get("/").with("Accept", accept).build())).isTrue();
  }

  @Test
  void sibling_hosts_are_another_site_to_us() {
    assertThat(Navigation.isFromAnotherSite(with("cross-site"))).isTrue();
    assertThat(Navigation.isFromAnotherSite(with("same-site"))).isTrue();
    assertThat(Navigation.isFromAnotherSite(with("same-origin"))).isFalse();
    assertThat(Navigation.isFromAnotherSite(with("none"))).isFalse();
    assertThat(Navigation.isFromAnotherSite(Requests.get("/").build())).isFalse();
  }

  private static HttpServletRequest with(String site) {
    return Requests.get("/").with("Sec-Fetch-Site", site).build();
  }
}
