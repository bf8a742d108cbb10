package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From the first page to signed out, as the person at the browser goes. */
class SignInIT {
  private static final String SESSION = "__Host-Http-gatehouse";
  private static final String LOGIN = "__Host-Http-gatehouse-login";

  private final Browser browser = new Browser();

  @Test
  void nobody_is_signed_in_at_first() {
    Visit session = browser.fetch("GET", "/auth/session", null);

    assertThat(session.status()).isEqualTo(200);
    assertThat(session.json())
        .containsEntry("signed_in", JsonValue.FALSE)
        .containsEntry("login_url", Json.createValue("/auth/login"));
  }

  @Test
  void a_protected_page_leads_through_password_and_consent_back_to_itself() {
    Visit login = browser.open("/account");
    assertThat(login.uri().getHost()).isEqualTo("127.0.0.1");

    Visit account = browser.atProvider(login, "alice");

    assertThat(account.uri()).isEqualTo(RunningServer.app().resolve("/account"));
    assertThat(account.status()).isEqualTo(200);
    assertThat(account.header("cache-control").orElseThrow()).contains("no-store");
  }

  @Test
  void the_authorization_request_has_everything_and_nothing_secret() {
    Visit start = browser.openOnly("/auth/login?return_to=/account");

    Visit request =
        new Visit(
            "GET", start.location().orElseThrow(), Map.of(), 0, start.headers(), start.body());
    assertThat(start.status()).isEqualTo(302);
    assertThat(request.parameter("response_type")).hasValue("code");
    assertThat(request.parameter("client_id")).hasValue("gatehouse");
    assertThat(request.parameter("redirect_uri"))
        .hasValue(RunningServer.app().resolve("/auth/callback").toString());
    assertThat(request.parameter("scope").orElseThrow().split(" "))
        .containsExactlyInAnyOrder("openid", "profile", "email", "offline_access", "read", "write");
    assertThat(request.parameter("code_challenge_method")).hasValue("S256");
    assertThat(request.parameter("code_challenge").orElseThrow()).hasSize(43);
    assertThat(request.parameter("nonce").orElseThrow()).hasSizeGreaterThan(20);
    assertThat(request.parameter("resource")).hasValue("gatehouse-api");
    assertThat(request.parameter("client_secret")).isEmpty();
    assertThat(request.parameter("code_verifier")).isEmpty();
  }

  @Test
  void answers_that_set_a_cookie_say_no_store_and_no_more() {
    browser.signIn("alice", "/account");
    browser.fetch("POST", "/auth/logout", null);

    assertThat(browser.history())
        .filteredOn(visit -> visit.uri().getHost().equals("localhost"))
        .filteredOn(visit -> visit.header("set-cookie").isPresent())
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(
            visit -> {
              assertThat(visit.headerValues("cache-control")).containsExactly("no-store");
              assertThat(visit.header("expires")).isEmpty();
            });
  }

  @Test
  void the_cookies_are_the_two_of_the_contract() {
    browser.signIn("alice", "/account");

    List<String> cookies =
        browser.history().stream()
            .filter(visit -> visit.uri().getHost().equals("localhost"))
            .flatMap(visit -> visit.headerValues("set-cookie").stream())
            .toList();
    assertThat(cookies)
        .isNotEmpty()
        .allMatch(cookie -> cookie.startsWith(SESSION + "=") || cookie.startsWith(LOGIN + "="))
        .allMatch(cookie -> cookie.contains("Path=/") && cookie.contains("Secure"))
        .allMatch(cookie -> cookie.contains("HttpOnly") && !cookie.contains("Domain"))
        .allMatch(
            cookie ->
                cookie.contains(
                    cookie.startsWith(SESSION + "=") ? "SameSite=Strict" : "SameSite=Lax"));
    assertThat(browser.cookie(SESSION).orElseThrow()).matches("[A-Za-z0-9_-]{43}");
  }

  @Test
  void check_session_tells_who_is_signed_in_and_until_when() {
    browser.signIn("alice", "/account");

    JsonObject session = browser.fetch("GET", "/auth/session", null).json();

    assertThat(session.getBoolean("signed_in")).isTrue();
    assertThat(session.getString("subject")).isEqualTo("alice");
    assertThat(session.getString("name")).isEqualTo("alice");
    assertThat(session.getString("provider")).isEqualTo("default");
    assertThat(session.getJsonArray("scopes"))
        .contains(Json.createValue("read"), Json.createValue("write"));
    for (String deadline :
        List.of("access_token_expires_at", "idle_expires_at", "session_expires_at")) {
      assertThat(Instant.parse(session.getString(deadline))).isAfter(Instant.EPOCH);
    }
    assertThat(session.toString()).doesNotContain("eyJ");
  }

  @Test
  void the_profile_comes_from_the_protected_resource_and_keeps_preferences() {
    browser.signIn("bob", "/account");

    JsonObject profile = browser.fetch("GET", "/bff/v1/user/profile", null).json();
    assertThat(profile.getString("subject")).isEqualTo("bob");
    assertThat(profile.getString("issuer")).isEqualTo(RunningServer.issuer().toString());
    assertThat(profile.toString()).contains("gatehouse-api");

    Visit saved =
        browser.fetch(
            "PUT",
            "/bff/v1/user/profile",
            "{\"preferences\":{\"display_name\":\"Bobby\",\"locale\":\"de-CH\",\"time_zone\":\"Europe/Zurich\"}}");

    assertThat(saved.status()).isEqualTo(200);
    JsonObject preferences =
        browser.fetch("GET", "/bff/v1/user/profile", null).json().getJsonObject("preferences");
    assertThat(preferences.getString("display_name")).isEqualTo("Bobby");
    assertThat(preferences.getString("time_zone")).isEqualTo("Europe/Zurich");
  }

  @Test
  void a_second_sign_in_gets_a_new_session_and_ends_the_old_one() {
    browser.signIn("alice", "/account");
    String first = browser.cookie(SESSION).orElseThrow();

    browser.signIn("alice", "/account");

    assertThat(browser.cookie(SESSION).orElseThrow()).isNotEqualTo(first);
    Browser thief = new Browser();
    thief.plant(SESSION, first);
    assertThat(thief.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isFalse();
  }

  @Test
  void parallel_tabs_end_each_at_its_own_target() {
    Visit one = browser.openOnly("/auth/login?return_to=/account");
    Visit two = browser.openOnly("/auth/login?return_to=/");

    // both are under way; the one that started last comes back first
    Visit second = throughProvider(two);
    Visit first = throughProvider(one);

    assertThat(first.uri().getPath()).isEqualTo("/account");
    assertThat(first.status()).isEqualTo(200);
    assertThat(second.uri().getPath()).isEqualTo("/");
  }

  @Test
  void signing_out_goes_through_the_provider_and_leaves_nothing() {
    browser.signIn("alice", "/account");
    String session = browser.cookie(SESSION).orElseThrow();
    Visit confirmation = browser.open("/auth/logout");

    Visit signedOut =
        browser.submit(confirmation, confirmation.formAction(), confirmation.hiddenFields());

    assertThat(signedOut.uri().getPath()).isEqualTo("/auth/logged-out");
    assertThat(signedOut.status()).isEqualTo(200);
    assertThat(browser.history()).anyMatch(visit -> visit.uri().getPath().endsWith("/end_session"));
    assertThat(browser.cookie(SESSION)).isEmpty();
    Browser thief = new Browser();
    thief.plant(SESSION, session);
    assertThat(thief.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isFalse();
  }

  @Test
  void a_fetch_signs_out_too_and_learns_where_to_go_on() {
    browser.signIn("alice", "/account");

    Visit answer = browser.fetch("POST", "/auth/logout", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().getString("logout_url"))
        .startsWith(RunningServer.issuer() + "/end_session");
    assertThat(browser.cookie(SESSION)).isEmpty();
  }

  @Test
  void only_asking_for_the_logout_page_changes_nothing() {
    browser.signIn("alice", "/account");

    browser.open("/auth/logout");

    assertThat(browser.fetch("GET", "/auth/session", null).json().getBoolean("signed_in")).isTrue();
  }

  private Visit throughProvider(Visit start) {
    return browser.atProvider(browser.follow(start.uri(), start.location().orElseThrow()), "alice");
  }
}
