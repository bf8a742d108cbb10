package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.login.LoginStage.Seen;
import io.gatehouse.login.LoginStage.TestBrowser;
import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginStartTest {
  private static final String COOKIE = "__Host-Http-gatehouse-login";

  private LoginStage stage = new LoginStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void a_login_url_leads_to_the_authorization_endpoint_with_exactly_these_parameters() {
    Seen seen = stage.browser().login("");
    Map<String, List<String>> query = query(seen);

    assertThat(seen.status()).isEqualTo(302);
    assertThat(seen.field("Cache-Control")).isEqualTo("no-store");
    assertThat(seen.location().toString())
        .startsWith(stage.house.provider.address(Endpoint.AUTHORIZE) + "?");
    assertThat(query)
        .containsOnlyKeys(
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method");
    assertThat(query.values()).allSatisfy(values -> assertThat(values).hasSize(1));
    assertThat(query.get("response_type")).containsExactly("code");
    assertThat(query.get("client_id")).containsExactly("gatehouse");
    assertThat(query.get("redirect_uri")).containsExactly("https://localhost:9443/auth/callback");
    assertThat(query.get("scope")).containsExactly("openid profile email offline_access");
    assertThat(query.get("code_challenge_method")).containsExactly("S256");
    assertThat(query.get("code_challenge").get(0)).matches("[A-Za-z0-9_-]{43}");
    assertThat(query.get("nonce").get(0)).matches("[A-Za-z0-9_-]{43}");
    assertThat(stage.house.events(LoginStarted.class))
        .containsExactly(new LoginStarted("default", "192.0.2.7"));
  }

  @Test
  void the_login_cookie_is_set_to_the_byte() {
    assertThat(stage.browser().login("").field("Set-Cookie"))
        .matches(
            COOKIE + "=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600");
  }

  @Test
  void the_login_cookie_stays_while_logins_are_in_flight_and_each_login_is_its_own() {
    TestBrowser browser = stage.browser();
    Map<String, List<String>> one = query(browser.login(""));
    String cookie = browser.cookies.get(COOKIE);
    Map<String, List<String>> other = query(browser.login(""));

    assertThat(browser.cookies).containsExactly(Map.entry(COOKIE, cookie));
    for (String name : new String[] {"state", "nonce", "code_challenge"}) {
      assertThat(one.get(name)).isNotEqualTo(other.get(name));
    }
  }

  @Test
  void a_login_cookie_that_is_none_of_ours_is_not_adopted() {
    TestBrowser browser = stage.browser();
    browser.cookies.put(COOKIE, "chosen-by-somebody");
    browser.login("");

    assertThat(browser.cookies.get(COOKIE)).isNotEqualTo("chosen-by-somebody").hasSize(43);
  }

  @Test
  void neither_nonce_nor_verifier_nor_target_can_be_read_from_the_state() {
    String state = query(stage.browser().login("?return_to=/account")).get("state").get(0);

    assertThat(state).matches("[A-Za-z0-9_.-]+").doesNotContain("account").hasSizeLessThan(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a//b",
        "/../x",
        "/a/./b",
        "/%2e%2e/x",
        "/%2f%2fevil",
        "/a\r\nSet-Cookie: x=y",
        "/a\tb",
        " /a",
        "a",
        "",
        "/auth/logout",
        "/auth",
        "/auth?x",
        "/a;b",
        "/a#b",
        "/a\"b",
        "/a<b",
        "/\u00e9",
        "https://localhost:9443/",
        "/x?a=%0d%0a"
      })
  void a_return_target_that_is_no_plain_path_is_refused_and_never_followed(String target) {
    Seen seen = stage.browser().login("?return_to=" + encode(target));

    assertRefused(seen, "GH-1201");
    assertThat(seen.body()).doesNotContain("evil", "javascript:");
  }

  @Test
  void a_return_target_of_a_kilobyte_is_taken_and_a_longer_one_refused() {
    assertThat(stage.browser().login("?return_to=/" + "a".repeat(1023)).status()).isEqualTo(302);
    assertRefused(stage.browser().login("?return_to=/" + "a".repeat(1024)), "GH-1201");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?provider=other",
        "?provider=",
        "?provider=Default",
        "?return_to=/&return_to=/",
        "?provider=default&provider=default",
        "?scope=admin",
        "?scope=",
        "?scope=openid",
        "?scope=openid%20admin",
        "?scope=a%22b",
        "?prompt=other",
        "?prompt=",
        "?prompt=none%20login",
        "?max_age=-1",
        "?max_age=x",
        "?max_age=",
        "?max_age=1e3",
        "?max_age=9999999999",
        "?acr_values=",
        "?acr_values=a%0Ab",
        "?acr_values=a%20%20b",
        "?acr_values=1%202%203%204%205%206",
        "?login_hint=",
        "?login_hint=a%0d%0ab",
        "?ui_locales=",
        "?ui_locales=x%3Cscript%3E",
        "?%zz",
        "?a=%",
        "?iss=https%3A%2F%2Fevil.example",
        "?iss=",
        "?return_to=/&target_link_uri=/",
        "?utm=1&utm=2"
      })
  void parameters_that_may_not_be_asked_for_are_refused(String query) {
    assertRefused(stage.browser().login(query), "GH-1202");
  }

  @Test
  void too_long_a_hint_is_refused() {
    assertRefused(stage.browser().login("?login_hint=" + "a".repeat(257)), "GH-1202");
  }

  @ParameterizedTest
  @CsvSource({
    "prompt,login",
    "prompt,none",
    "prompt,select_account consent",
    "max_age,0",
    "max_age,3600",
    "acr_values,urn:a urn:b",
    "login_hint,alice@example.org",
    "ui_locales,de-CH fr"
  })
  void allowed_wishes_are_passed_on(String name, String value) {
    assertThat(query(stage.browser().login("?" + name + "=" + encode(value))).get(name))
        .containsExactly(value);
  }

  @ParameterizedTest
  @CsvSource({
    "redirect_uri,https://evil.example", "client_id,other", "response_type,token", "state,x",
    "nonce,x", "code_challenge,x", "code_challenge_method,plain", "response_mode,fragment",
    "request,eyJ", "request_uri,https://evil.example", "resource,urn:other", "claims,{}"
  })
  void no_other_parameter_can_be_overridden_or_doubled(String name, String value) {
    Map<String, List<String>> query =
        query(stage.browser().login("?" + name + "=" + encode(value)));

    assertThat(query.getOrDefault(name, List.of())).doesNotContain(value).hasSizeLessThan(2);
  }

  @Test
  void a_scope_on_offer_is_added_to_the_usual_ones() {
    restage(new LoginStage(settings -> settings.optionalScopes("calendar", "mail")));

    assertThat(query(stage.browser().login("?scope=calendar")).get("scope"))
        .containsExactly("openid profile email offline_access calendar");
    assertRefused(stage.browser().login("?scope=calendar%20admin"), "GH-1202");
    assertRefused(stage.browser().login("?scope=calendar%20openid"), "GH-1202");
  }

  @Test
  void resources_and_response_mode_are_as_configured() {
    restage(
        new LoginStage(
            settings -> settings.resources("urn:a", "urn:b").responseMode(ResponseMode.FORM_POST)));
    Seen seen = stage.browser().login("");

    assertThat(query(seen).get("resource")).containsExactly("urn:a", "urn:b");
    assertThat(query(seen).get("response_mode")).containsExactly("form_post");
    assertThat(seen.field("Set-Cookie")).contains("; SameSite=None; Max-Age=3600");
  }

  /** RFC 8707 §2.2: a token request may only ask for what the authorization request named. */
  @Test
  void resources_of_routes_are_named_besides_where_that_is_configured() {
    restage(
        new LoginStage(
            settings ->
                settings.resources("urn:a").authorizationResources("https://orders.example")));

    assertThat(query(stage.browser().login("")).get("resource"))
        .containsExactly("urn:a", "https://orders.example");
  }

  @Test
  void a_third_party_may_start_a_login_at_a_configured_issuer() {
    String issuer = encode(stage.house.provider.issuer().toString());
    Seen seen =
        stage
            .browser()
            .send(
                Requests.crossSiteNavigation(
                    "/auth/login?iss="
                        + issuer
                        + "&login_hint=bob&target_link_uri="
                        + encode("https://localhost:9443/account?a=b")));

    assertThat(query(seen).get("login_hint")).containsExactly("bob");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/account", "https://localhost:9443.evil.example/",
            "https://localhost:9443@evil.example/",
        "http://localhost:9443/account", "//localhost:9443/account", "https://localhost:94430/"
      })
  void a_third_party_can_only_name_a_target_of_our_own(String target) {
    assertRefused(stage.browser().login("?target_link_uri=" + encode(target)), "GH-1201");
  }

  @Test
  void several_providers_make_a_chooser_that_keeps_the_wish() {
    restage(
        new LoginStage(
            settings -> settings.provider("other", URI.create("https://other.example"))));
    Seen seen = stage.browser().login("?return_to=/account&prompt=login&max_age=60");

    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.field("Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.body())
        .contains(
            "<a href=\"/auth/login?provider=other&amp;return_to=%2Faccount&amp;prompt=login"
                + "&amp;max_age=60\">Provider other</a>")
        .contains("?provider=default&amp;");
    assertThat(stage.browser().login("?provider=default").location())
        .hasPort(stage.house.provider.issuer().getPort());
    assertThat(
            stage
                .browser()
                .login("?iss=" + encode(stage.house.provider.issuer().toString()))
                .location())
        .hasPort(stage.house.provider.issuer().getPort());
    assertRefused(
        stage
            .browser()
            .login("?provider=other&iss=" + encode(stage.house.provider.issuer().toString())),
        "GH-1202");
  }

  @Test
  void the_chooser_shows_who_offers_the_scope_and_refuses_what_nobody_does() {
    restage(
        new LoginStage(
            settings ->
                settings
                    .optionalScopes("calendar")
                    .provider("other", URI.create("https://other.example"))
                    .optionalScopes()));

    assertThat(stage.browser().login("?scope=calendar").body())
        .contains("?provider=other&amp;return_to=%2F&amp;scope=calendar")
        .doesNotContain("provider=default");
    assertRefused(stage.browser().login("?scope=openid"), "GH-1202");
    assertRefused(stage.browser().login("?provider=default&scope=calendar"), "GH-1202");
  }

  @Test
  void a_login_never_starts_from_a_fetch_a_prefetch_an_image_or_a_frame() {
    List<Requests> others = new ArrayList<>();
    others.add(Requests.fetch("GET", "/auth/login"));
    others.add(Requests.navigation("/auth/login").with("Sec-Purpose", "prefetch;prerender"));
    others.add(
        Requests.get("/auth/login")
            .with("Sec-Fetch-Mode", "no-cors")
            .with("Sec-Fetch-Dest", "image"));
    others.add(
        Requests.get("/auth/login")
            .with("Sec-Fetch-Mode", "navigate")
            .with("Sec-Fetch-Dest", "iframe"));
    others.add(Requests.get("/auth/login").with("X-Requested-With", "XMLHttpRequest"));
    others.add(Requests.get("/auth/login").with("Accept", "application/json"));

    for (Requests other : others) {
      assertRefused(stage.browser().send(other), "GH-1203");
    }
    assertThat(stage.house.events(LoginStarted.class)).isEmpty();
  }

  @Test
  void a_client_without_fetch_metadata_may_start_one() {
    assertThat(stage.browser().send(Requests.get("/auth/login")).status()).isEqualTo(302);
  }

  @Test
  void a_provider_that_cannot_be_reached_is_a_page_with_retry_after_and_no_loop() {
    stage.house.provider.always(Endpoint.DISCOVERY, Mischief.status(500));
    Seen seen = stage.browser().login("?return_to=/account");

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.field("Retry-After")).matches("[1-9][0-9]*");
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.body())
        .contains("GH-1401")
        .contains("href=\"/auth/login?return_to=%2Faccount\"");
  }

  private void assertRefused(Seen seen, String code) {
    assertThat(seen.status()).isEqualTo(400);
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.body()).contains(code);
    assertThat(stage.house.events(LoginRefused.class))
        .last()
        .satisfies(
            event -> {
              assertThat(event.error().code()).isEqualTo(code);
              assertThat(seen.body()).contains(event.reference());
            });
  }

  private void restage(LoginStage other) {
    stage.close();
    stage = other;
  }

  static Map<String, List<String>> query(Seen seen) {
    Map<String, List<String>> query = new HashMap<>();
    for (String pair : seen.location().getRawQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      query
          .computeIfAbsent(parts[0], name -> new ArrayList<>())
          .add(URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
