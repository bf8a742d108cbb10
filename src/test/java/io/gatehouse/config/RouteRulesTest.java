package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteRulesTest {
  @ParameterizedTest
  @CsvSource({
    "GET, GET",
    "GET, HEAD",
    "GET POST, POST PUT",
  })
  void two_routes_never_grant_the_same(String first, String second) {
    Settings settings = two("/bff/orders", "/bff/orders", first, second);
    assertThat(settings.problemAt("gatehouse.route.b.methods"))
        .contains("at /bff/orders, as route a does");
  }

  @Test
  void a_path_is_shared_by_disjoint_methods_or_hosts() {
    assertThat(two("/bff/orders", "/bff/orders", "GET", "POST").problems()).isEmpty();
    assertThat(two("/bff/orders", "/bff/orders/old", "GET", "GET").problems()).isEmpty();
    Settings hosts = two("/", "/", "GET", "GET").with("gatehouse.route.a.session", "optional");
    hosts.with("gatehouse.route.a.host", "www.example.com");
    assertThat(hosts.problemAt("gatehouse.route.b.methods")).contains("as route a does");
    hosts.with("gatehouse.route.b.host", "www.example.com");
    hosts.with("gatehouse.route.b.session", "optional");
    assertThat(hosts.problemAt("gatehouse.route.b.methods")).contains("as route a does");
    hosts.with("gatehouse.route.b.host", "app.example.com");
    assertThat(hosts.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/bff/Orders, /bff/orders, GET, GET",
    "/bff/orders, /bff/Orders, GET, POST",
    "/bff/A/x, /bff/a/x, GET, POST",
    "/BFF, /bff, GET, POST",
  })
  void two_paths_differ_by_more_than_case(
      String path, String other, String methods, String otherMethods) {
    Settings settings = two(path, other, methods, otherMethods);
    assertThat(settings.problemAt("gatehouse.route.b.path"))
        .contains("differs from " + path + " of route a in case alone")
        .contains("write both alike");
    settings.with("gatehouse.route.a.host", "www.example.com");
    settings.with("gatehouse.route.a.session", "optional");
    assertThat(settings.problemAt("gatehouse.route.b.path")).contains("in case alone");
    settings.with("gatehouse.route.b.host", "app.example.com");
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void paths_that_differ_beside_their_case_are_both_reached() {
    assertThat(two("/bff/A/x", "/bff/a/y", "GET", "GET").problems()).isEmpty();
    assertThat(two("/bff/A/x", "/bff/a", "GET", "GET").problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/app/api.js", "/app/api.js/x", "/app/api.js/x/y"})
  void a_file_of_our_own_is_no_route(String path) {
    String key = "gatehouse.route.site.path";
    assertThat(site().with(key, path).problemAt(key)).contains("a file of this application");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/app", "/app/api", "/app/api.jsx", "/app/other.js", "/docs"})
  void beside_files_of_our_own_there_are_routes(String path) {
    assertThat(site().with("gatehouse.route.site.path", path).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"scopes, email", "acr, gold", "max-age, 5m"})
  void what_only_a_session_can_meet_needs_one(String key, String value) {
    Settings settings = site().with("gatehouse.route.site." + key, value);
    assertThat(settings.problems()).isEmpty();
    settings.with("gatehouse.route.site.session", "optional");
    assertThat(settings.problemAt("gatehouse.route.site." + key))
        .contains("where gatehouse.route.site.session is optional");
  }

  @Test
  void without_a_token_there_is_no_audience_but_there_may_be_rules_for_the_session() {
    Settings settings =
        site()
            .with("gatehouse.route.site.token", "none")
            .with("gatehouse.route.site.acr", "gold")
            .with("gatehouse.route.site.scopes", "email");
    assertThat(settings.problems()).isEmpty();
    settings.with("gatehouse.route.site.audience", "https://api.example.com/");
    assertThat(settings.problemAt("gatehouse.route.site.audience"))
        .contains("where gatehouse.route.site.token is none");
  }

  @Test
  void a_scope_must_be_one_that_every_provider_can_be_asked_for() {
    Settings one = site().with("gatehouse.route.site.scopes", "orders");
    assertThat(one.problemAt("gatehouse.route.site.scopes")).contains("asks for orders");
    assertThat(one.with("gatehouse.optional-scopes", "orders").problems()).isEmpty();

    Settings two =
        onSite(Settings.twoProviders())
            .with("gatehouse.route.site.scopes", "orders")
            .with("gatehouse.provider.work.optional-scopes", "orders");
    assertThat(two.problemAt("gatehouse.route.site.scopes")).contains("of every provider");
    assertThat(two.with("gatehouse.provider.home.scopes", "openid orders").problems()).isEmpty();
  }

  @Test
  void another_host_has_no_sessions() {
    Settings settings = site().with("gatehouse.route.site.host", "other.example.com");
    assertThat(settings.problemAt("gatehouse.route.site.host"))
        .contains("write app.example.com, or gatehouse.route.site.session=optional");
    assertThat(settings.with("gatehouse.route.site.session", "optional").problems()).isEmpty();
  }

  @Test
  void a_page_that_needs_a_session_is_not_given_to_everybody_by_a_route() {
    Settings settings =
        site()
            .with("gatehouse.route.site.session", "optional")
            .with("gatehouse.protected-paths", "/account /private");
    assertThat(settings.problems()).hasSize(2);
    assertThat(settings.problems().get(1).message())
        .contains("names /private, which route site serves to everybody");
    assertThat(settings.with("gatehouse.route.site.session", "required").problems()).isEmpty();
    settings.with("gatehouse.route.site.session", "optional").without("gatehouse.protected-paths");
    assertThat(settings.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "proxy-anything",
        "Host",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-User",
        "Via",
        "X-Real-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
        "X-Remote-User",
        "Client-Cert",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Content-Length",
        "Transfer-Encoding",
        "HTTP2-Settings",
        "X-CSRF",
        "Sec-Fetch-Site",
        "Sec-WebSocket-Key"
      })
  void a_field_that_speaks_for_the_caller_or_the_connection_never_goes_up(String name) {
    String key = "gatehouse.route.site.request-headers";
    assertThat(site().with(key, "x-tenant " + name).problemAt(key)).contains("never goes up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Set-Cookie",
        "Set-Cookie2",
        "Content-Security-Policy",
        "Content-Security-Policy-Report-Only",
        "Strict-Transport-Security",
        "Access-Control-Allow-Origin",
        "Clear-Site-Data",
        "WWW-Authenticate",
        "Proxy-Authenticate",
        "Refresh",
        "Location",
        "Cache-Control",
        "Service-Worker-Allowed",
        "Alt-Svc",
        "Cross-Origin-Opener-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "Server",
        "X-Powered-By",
        "X-Accel-Redirect",
        "Connection",
        "Content-Length",
        "Transfer-Encoding",
        "Trailer",
        "Upgrade"
      })
  void a_field_that_rules_this_site_never_comes_down(String name) {
    String key = "gatehouse.route.site.response-headers";
    assertThat(site().with(key, "x-total-count " + name).problemAt(key))
        .contains("never comes down");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gatehouse", "gatehouse-login", "LtpaToken2", "WAS_p12345", "WASReqURL"})
  void a_cookie_of_this_server_never_crosses(String name) {
    String key = "gatehouse.route.site.cookies";
    assertThat(site().with(key, "JSESSIONID " + name).problemAt(key))
        .contains("belongs to this server");
  }

  @ParameterizedTest
  @ValueSource(strings = {"__Host-theirs", "__Host-Http-gatehouse", "__Secure-theirs", "a=b"})
  void a_cookie_with_a_prefix_that_binds_it_to_this_host_never_crosses(String name) {
    String key = "gatehouse.route.site.cookies";
    assertThat(site().with(key, name).problemAt(key)).contains("does not begin with __");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oidc", "/oidc/endpoint", "/oauth2"})
  void beside_the_embedded_provider_its_paths_are_taken(String path) {
    assertThat(site().with("gatehouse.route.site.path", path).problems()).isEmpty();
    Settings embedded =
        onSite(Settings.none())
            .with("gatehouse.development", "true")
            .with("gatehouse.development.base-url", "https://localhost:9443")
            .with("gatehouse.development.issuer", "https://127.0.0.1:9443/oidc/endpoint/OP")
            .with("gatehouse.development.client-id", "gatehouse")
            .with("gatehouse.development.client-secret", "development-only")
            .with("gatehouse.secret", Settings.SECRET)
            .with("gatehouse.route.site.path", path);
    assertThat(embedded.problemAt("gatehouse.route.site.path"))
        .contains("embedded provider answers there");
  }

  private static Settings site() {
    return onSite(Settings.production());
  }

  private static Settings onSite(Settings settings) {
    return settings
        .with("gatehouse.routes", "site")
        .with("gatehouse.route.site.path", "/")
        .with("gatehouse.route.site.target", "https://site.internal.example.com");
  }

  private static Settings two(String path, String otherPath, String methods, String otherMethods) {
    return Settings.production()
        .with("gatehouse.routes", "a b")
        .with("gatehouse.route.a.path", path)
        .with("gatehouse.route.a.target", "https://a.internal.example.com")
        .with("gatehouse.route.a.methods", methods)
        .with("gatehouse.route.b.path", otherPath)
        .with("gatehouse.route.b.target", "https://b.internal.example.com")
        .with("gatehouse.route.b.methods", otherMethods);
  }
}
