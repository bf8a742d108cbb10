package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.Requests;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestForgeryTest {
  private static final String OWN = "https://localhost:9443";

  private final RequestForgery forgery =
      new RequestForgery(
          Configurations.standard().build(),
          new RouteTable(
              List.of(
                  Configurations.route("/bff", "http://127.0.0.1:9080/api", "GET", "PUT"),
                  Configurations.route(
                      "/site", "https://site.example", "GET", "POST", "DELETE", "OPTIONS")),
              path -> false));

  @ParameterizedTest
  @CsvSource({
    "POST,/auth/refresh", "POST,/auth/logout", "DELETE,/auth/sessions", "PUT,/auth/x",
    "PATCH,/auth/session", "GET,/bff/v1/user/profile", "PUT,/bff/v1/user/profile", "OPTIONS,/bff/x",
    "FOO,/auth/session"
  })
  void the_header_lets_our_own_scripts_through(String method, String path) {
    passes(Requests.a(method, path).with("X-CSRF", "1"));
    passes(Requests.fetch(method, path).with("X-CSRF", "x").with("Origin", OWN));
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/auth/refresh",
    "DELETE,/auth/sessions",
    "DELETE,/auth/sessions/x",
    "POST,/auth/session",
    "GET,/bff/v1/user/profile",
    "HEAD,/bff/x",
    "PUT,/bff/x",
    "OPTIONS,/bff/x",
    "POST,/bff"
  })
  void nothing_present_is_refused(String method, String path) {
    refuses(Requests.a(method, path));
    refuses(Requests.a(method, path).with("X-CSRF", ""));
    refuses(Requests.a(method, path).with("X-CSRF", " "));
  }

  @Test
  void who_types_the_address_of_a_call_is_told_to_open_the_page_that_makes_it() {
    Requests typed =
        Requests.navigation("/bff/orders").without("Sec-Fetch-Site").with("Sec-Fetch-Site", "none");
    assertThatThrownBy(() -> check(typed.build()))
        .hasMessageContaining("open the page that uses it");
    assertThatThrownBy(() -> check(Requests.get("/bff/orders").build()))
        .hasMessageContaining("need the header X-CSRF");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void another_site_is_refused_whatever_the_header(String site) {
    for (String path : new String[] {"/auth/refresh", "/auth/logout", "/bff/x", "/account"}) {
      refuses(Requests.a("POST", path).with("X-CSRF", "1").with("Sec-Fetch-Site", site));
    }
    refuses(Requests.get("/bff/x").with("X-CSRF", "1").with("Sec-Fetch-Site", site));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost:9443",
        "https://localhost",
        "https://localhost:9443.evil.example",
        "https://LOCALHOST:9443",
        "https://localhost:9443/"
      })
  void a_foreign_origin_is_refused_whatever_the_header(String origin) {
    refuses(Requests.a("POST", "/auth/refresh").with("X-CSRF", "1").with("Origin", origin));
    refuses(Requests.get("/bff/x").with("X-CSRF", "1").with("Origin", origin));
  }

  @Test
  void only_a_form_may_come_from_an_origin_that_is_null() {
    for (String path : new String[] {"/auth/refresh", "/bff/x"}) {
      refuses(
          Requests.a("POST", path)
              .with("X-CSRF", "1")
              .with("Origin", "null")
              .with("Sec-Fetch-Site", "same-origin"));
    }
    refuses(
        Requests.get("/bff/events").with("Origin", "null").with("Sec-Fetch-Site", "same-origin"));
    refuses(
        Requests.a("POST", "/auth/logout")
            .with("X-CSRF", "1")
            .with("Origin", "null")
            .with("Sec-Fetch-Site", "same-origin"));
  }

  @Test
  void two_origins_are_foreign() {
    refuses(
        Requests.a("POST", "/auth/refresh")
            .with("X-CSRF", "1")
            .with("Origin", OWN)
            .with("Origin", OWN));
  }

  @Test
  void what_cannot_set_a_header_reads_through_the_gateway_by_same_origin_proof() {
    passes(Requests.get("/bff/events").with("Sec-Fetch-Site", "same-origin"));
    passes(Requests.a("HEAD", "/bff/image").with("Sec-Fetch-Site", "same-origin"));
    refuses(Requests.get("/bff/events").with("Sec-Fetch-Site", "none"));
    refuses(Requests.a("PUT", "/bff/x").with("Sec-Fetch-Site", "same-origin"));
    refuses(Requests.a("POST", "/auth/refresh").with("Sec-Fetch-Site", "same-origin"));
    refuses(Requests.a("DELETE", "/auth/sessions").with("Sec-Fetch-Site", "same-origin"));
  }

  @Test
  void a_websocket_handshake_needs_our_own_origin() {
    passes(Requests.get("/bff/ws").with("Upgrade", "websocket").with("Origin", OWN));
    passes(Requests.get("/bff/ws").with("Upgrade", "WebSocket").with("Origin", OWN));
    refuses(Requests.get("/bff/ws").with("Upgrade", "websocket"));
    refuses(
        Requests.get("/bff/ws").with("Upgrade", "websocket").with("Sec-Fetch-Site", "same-origin"));
    refuses(
        Requests.get("/bff/ws")
            .with("Upgrade", "websocket")
            .with("Origin", "https://evil.example"));
    refuses(
        Requests.get("/bff/ws")
            .with("Upgrade", "websocket")
            .with("Origin", OWN)
            .with("Origin", "https://evil.example"));
    // a page cannot set it there, so who does is no page
    refuses(Requests.get("/bff/ws").with("Upgrade", "websocket").with("X-CSRF", "1"));
  }

  @Test
  void the_sign_out_form_goes_on_to_have_its_token_checked() {
    passes(Requests.a("POST", "/auth/logout").with("Sec-Fetch-Site", "same-origin"));
    // what browsers say about a form on a page without referrer
    passes(
        Requests.a("POST", "/auth/logout")
            .with("Origin", "null")
            .with("Sec-Fetch-Site", "same-origin"));
    passes(Requests.a("POST", "/auth/logout").with("Origin", "null"));
    refuses(Requests.a("POST", "/auth/logout").with("Origin", "null").with("X-CSRF", "1"));
    refuses(
        Requests.a("POST", "/auth/logout").with("Origin", "null").with("Sec-Fetch-Site", "none"));
    refuses(Requests.a("POST", "/auth/logout").with("Origin", "https://evil.example"));
    refuses(Requests.a("POST", "/auth/logout").with("Sec-Fetch-Site", "cross-site"));
  }

  @Test
  void the_provider_may_post_to_the_two_addresses_meant_for_it() {
    for (String path : new String[] {"/auth/callback", "/auth/backchannel-logout"}) {
      passes(
          Requests.a("POST", path)
              .with("Sec-Fetch-Site", "cross-site")
              .with("Origin", "https://issuer.example"));
    }
    refuses(
        Requests.a("POST", "/auth/callback/x")
            .with("Sec-Fetch-Site", "cross-site")
            .with("Origin", "https://issuer.example"));
  }

  @Test
  void reading_our_own_pages_needs_no_proof() {
    passes(Requests.get("/auth/session"));
    passes(Requests.crossSiteNavigation("/auth/login"));
    passes(Requests.crossSiteNavigation("/account"));
  }

  @Test
  void bearers_need_no_proof_as_browsers_do_not_send_them_by_themselves() {
    passes(Requests.a("PUT", "/api/v1/user/profile"));
  }

  @Test
  void a_method_in_a_header_overrides_nothing() {
    refuses(Requests.a("POST", "/auth/refresh").with("X-HTTP-Method-Override", "GET"));
  }

  @Test
  void a_call_that_no_route_grants_needs_the_proof_all_the_same() {
    refuses(Requests.get("/bff").normalisedTo("/bff"));
    refuses(Requests.a("PATCH", "/bff/x"));
    refuses(Requests.get("/bff/x").at("other.example"));
  }

  @Test
  void whatever_reads_a_web_application_passes() {
    passes(Requests.get("/site/page"));
    passes(Requests.a("HEAD", "/site/page"));
    passes(Requests.navigation("/site/page"));
    passes(Requests.crossSiteNavigation("/site/page"));
    passes(
        Requests.get("/site/logo.png")
            .with("Sec-Fetch-Mode", "no-cors")
            .with("Sec-Fetch-Site", "cross-site"));
  }

  @Test
  void a_form_of_a_web_application_passes_by_its_origin_alone() {
    for (String method : List.of("POST", "DELETE")) {
      passes(Requests.a(method, "/site/form").with("Origin", OWN));
      passes(Requests.a(method, "/site/form").with("Sec-Fetch-Site", "same-origin"));
      passes(
          Requests.a(method, "/site/form")
              .with("Origin", OWN)
              .with("Sec-Fetch-Site", "same-origin"));
      // what browsers say about a form on a page without referrer
      passes(
          Requests.a(method, "/site/form")
              .with("Origin", "null")
              .with("Sec-Fetch-Site", "same-origin"));
    }
  }

  @Test
  void a_form_for_a_web_application_that_says_nothing_of_its_origin_is_refused() {
    refuses(Requests.a("POST", "/site/form"));
    refuses(Requests.a("POST", "/site/form").with("X-CSRF", "1"));
    refuses(Requests.a("POST", "/site/form").with("Sec-Fetch-Site", "none"));
    refuses(Requests.a("POST", "/site/form").with("Referer", OWN + "/site/page"));
    refuses(Requests.a("POST", "/site/form").with("X-HTTP-Method-Override", "GET"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: https://localhost",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void a_form_of_another_site_is_refused_whatever_else_it_says(String foreign) {
    String[] field = foreign.split(": ");
    refuses(Requests.a("POST", "/site/form").with(field[0], field[1]));
    refuses(Requests.a("POST", "/site/form").with(field[0], field[1]).with("X-CSRF", "1"));
    String other = field[0].equals("Origin") ? "Sec-Fetch-Site" : "Origin";
    String own = field[0].equals("Origin") ? "same-origin" : OWN;
    if (!foreign.equals("Origin: null")) {
      refuses(Requests.a("POST", "/site/form").with(field[0], field[1]).with(other, own));
    }
  }

  @Test
  void a_websocket_of_a_web_application_needs_our_own_origin() {
    passes(Requests.get("/site/ws").with("Upgrade", "websocket").with("Origin", OWN));
    for (String upgrade : List.of("websocket", "WebSocket", "h2c, websocket")) {
      refuses(Requests.get("/site/ws").with("Upgrade", upgrade));
      refuses(
          Requests.get("/site/ws").with("Upgrade", upgrade).with("Origin", "https://evil.example"));
      refuses(
          Requests.get("/site/ws").with("Upgrade", upgrade).with("Sec-Fetch-Site", "same-origin"));
      refuses(
          Requests.get("/site/ws")
              .with("Upgrade", upgrade)
              .with("Origin", OWN)
              .with("Origin", "https://evil.example"));
    }
  }

  private void passes(Requests request) {
    assertThatCode(() -> check(request.build())).doesNotThrowAnyException();
  }

  private void refuses(Requests request) {
    assertThatThrownBy(() -> check(request.build()))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.id()).isEqualTo(ErrorId.CROSS_SITE_REQUEST));
  }

  private void check(HttpServletRequest request) {
    forgery.check(request, RequestPath.of(request));
  }
}
