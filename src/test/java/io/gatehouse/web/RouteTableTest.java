package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.testing.Configurations;
import io.gatehouse.web.RouteTable.Match;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static final String HOST = "app.example.com";

  private final RouteTable table =
      table(
          route("/bff", "http://127.0.0.1:9080/api", "GET", "PUT"),
          route("/bff/reports", "https://reports.example/v2/", "GET"),
          route("/bff/orders", "https://read.example", "GET"),
          route("/bff/orders", "https://write.example", "POST", "DELETE"));

  private final RouteTable site =
      table(
          route("/", "https://site.example/", "GET", "POST"),
          route("/shop", "https://shop.example/s", "GET"));

  @Test
  void a_path_below_a_route_is_granted_for_its_methods() {
    for (String method : List.of("GET", "PUT", "HEAD")) {
      assertThat(table.match(HOST, "/bff/v1/user/profile", method))
          .isInstanceOf(Match.Granted.class);
    }
    assertThat(table.match(HOST, "/bff", "GET")).isInstanceOf(Match.Granted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/bffx", "/bf", "/api/v1/user/profile", "/BFF/v1", "/x/bff"})
  void what_no_route_covers_does_not_exist(String path) {
    assertThat(table.match(HOST, path, "GET")).isInstanceOf(Match.Nothing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "DELETE", "get", "TRACE", "CONNECT", ""})
  void a_method_that_the_route_does_not_name_is_refused(String method) {
    assertThat(table.match(HOST, "/bff/v1/user/profile", method))
        .isEqualTo(new Match.MethodRefused(Set.of("GET", "HEAD", "PUT")));
  }

  @Test
  void the_longest_route_decides_alone() {
    assertThat(table.match(HOST, "/bff/reports/1", "PUT"))
        .isEqualTo(new Match.MethodRefused(Set.of("GET", "HEAD")));
    assertThat(upstream("/bff/reports/1", null)).hasToString("https://reports.example/v2/1");
    assertThat(upstream("/bff/reports", null)).hasToString("https://reports.example/v2");
    assertThat(upstream("/bff/reportsx", null)).hasToString("http://127.0.0.1:9080/api/reportsx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bff/Reports", "/bff/REPORTS/1", "/bff/report\u017f/1", "/bff/Orders/1"})
  void a_narrow_path_in_another_case_is_not_left_to_the_wide_route(String path) {
    for (String method : List.of("GET", "PUT", "PATCH")) {
      assertThat(table.match(HOST, path, method)).isInstanceOf(Match.Nothing.class);
    }
    assertThat(table.match(HOST, "/bff/Reportsx", "GET")).isInstanceOf(Match.Granted.class);
    assertThat(table.match(HOST, "/bff/reports/Reports", "GET")).isInstanceOf(Match.Granted.class);
    assertThat(site.match(HOST, "/Shop/1", "GET")).isInstanceOf(Match.Nothing.class);
  }

  @Test
  void paths_that_differ_beside_their_case_keep_their_routes() {
    RouteTable cases =
        table(
            route("/bff/A/x", "https://x.example", "GET"),
            route("/bff/a/y", "https://y.example", "GET"),
            route("/bff/a", "https://a.example", "GET"));
    assertThat(targetOf(cases, HOST, "/bff/A/x", "GET")).isEqualTo("x.example");
    assertThat(targetOf(cases, HOST, "/bff/a/y", "GET")).isEqualTo("y.example");
    assertThat(targetOf(cases, HOST, "/bff/a/z", "GET")).isEqualTo("a.example");
  }

  @Test
  void a_narrow_path_of_another_host_takes_nothing_away_in_any_case() {
    RouteTable hosts =
        table(
            at("app.example.com", route("/bff/a", "https://app.example", "GET")),
            route("/bff", "https://wide.example", "GET"));
    assertThat(hosts.match("app.example.com", "/bff/A", "GET")).isInstanceOf(Match.Nothing.class);
    assertThat(targetOf(hosts, "other.example.com", "/bff/A", "GET")).isEqualTo("wide.example");
  }

  @Test
  void of_the_routes_of_one_path_the_one_with_the_method_is_meant() {
    assertThat(granted(table, HOST, "/bff/orders/1", "GET").upstream("/bff/orders/1", null))
        .hasToString("https://read.example/1");
    assertThat(granted(table, HOST, "/bff/orders/1", "POST").upstream("/bff/orders/1", null))
        .hasToString("https://write.example/1");
    assertThat(table.match(HOST, "/bff/orders/1", "PUT"))
        .isEqualTo(new Match.MethodRefused(Set.of("DELETE", "GET", "HEAD", "POST")));
  }

  @Test
  void a_route_of_one_host_counts_there_alone_and_before_one_of_any() {
    RouteTable hosts =
        table(
            route("/bff/a", "https://any.example", "POST"),
            at("app.example.com", route("/bff/a", "https://app.example", "GET")),
            at("app.example.com", route("/bff/a/b", "https://deep.example", "GET")),
            route("/bff", "https://wide.example", "GET"));
    assertThat(targetOf(hosts, "app.example.com", "/bff/a", "GET")).isEqualTo("app.example");
    assertThat(targetOf(hosts, "APP.example.com", "/bff/a", "GET")).isEqualTo("app.example");
    assertThat(targetOf(hosts, "app.example.com", "/bff/a", "POST")).isEqualTo("any.example");
    assertThat(hosts.match("other.example.com", "/bff/a", "GET"))
        .isEqualTo(new Match.MethodRefused(Set.of("POST")));
    assertThat(targetOf(hosts, "app.example.com", "/bff/a/b", "GET")).isEqualTo("deep.example");
    assertThat(targetOf(hosts, "other.example.com", "/bff/a/b", "POST")).isEqualTo("any.example");
    assertThat(targetOf(hosts, "other.example.com", "/bff/c", "GET")).isEqualTo("wide.example");
  }

  @ParameterizedTest
  @CsvSource({
    "/, https://site.example/",
    "/account, https://site.example/account",
    "/favicon.ico, https://site.example/favicon.ico",
    "/app/other.js, https://site.example/app/other.js",
    "/app, https://site.example/app",
    "/authors, https://site.example/authors",
    "/shop, https://shop.example/s",
    "/shop/1, https://shop.example/s/1",
    "/shopping, https://site.example/shopping"
  })
  void a_web_application_takes_the_pages_that_are_not_its_own(String path, String address) {
    assertThat(granted(site, HOST, path, "GET").upstream(path, null)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/auth",
        "/auth/login",
        "/auth/nothing",
        "/api",
        "/api/v1/user/profile",
        "/health",
        "/health/ready",
        "/metrics",
        "/openapi",
        "/openapi/ui",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/api",
        "/jwt",
        "/ibm/api",
        "/bff",
        "/bff/other",
        "/app/session.js"
      })
  void our_own_endpoints_and_files_and_the_calls_are_not_the_web_applications(String path) {
    for (String method : List.of("GET", "POST", "DELETE")) {
      assertThat(site.match(HOST, path, method)).isInstanceOf(Match.Nothing.class);
    }
  }

  @Test
  void a_file_of_ours_hides_no_call_below_bff() {
    RouteTable odd =
        new RouteTable(List.of(route("/bff", "https://api.example", "GET")), path -> true);
    assertThat(odd.match(HOST, "/bff/x", "GET")).isInstanceOf(Match.Granted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/bff/v1/user/profile, http://127.0.0.1:9080/api/v1/user/profile",
    "/bff, http://127.0.0.1:9080/api",
    "/bff/, http://127.0.0.1:9080/api/",
    "/bff/a b, http://127.0.0.1:9080/api/a%20b",
    "/bff/a\"<>^`{|}b, http://127.0.0.1:9080/api/a%22%3C%3E%5E%60%7B%7C%7Db",
    "/bff/a:b@c, http://127.0.0.1:9080/api/a:b@c",
    "/bff/a%2fb, http://127.0.0.1:9080/api/a%252fb",
    "/bff/a;b?c#d, http://127.0.0.1:9080/api/a%3Bb%3Fc%23d",
    "/bff/caf\u00e9, http://127.0.0.1:9080/api/caf%C3%A9",
    "/bff/@evil.example/x, http://127.0.0.1:9080/api/@evil.example/x",
  })
  void the_upstream_path_is_the_matched_one_written_anew(String path, String address) {
    assertThat(upstream(path, null)).hasToString(address);
  }

  @ParameterizedTest
  @CsvSource({
    "a=1&b=%20%C3%A9, a=1&b=%20%C3%A9",
    "q=a b|c\"<>, q=a%20b%7Cc%22%3C%3E",
    "q=[\\]^`{}#, q=%5B%5C%5D%5E%60%7B%7D%23",
    "'', ''",
    "q=x/../y?z, q=x/../y?z",
  })
  void the_query_goes_up_as_it_is_but_for_what_needs_encoding(String raw, String encoded) {
    assertThat(upstream("/bff/x", raw)).hasToString("http://127.0.0.1:9080/api/x?" + encoded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%zz", "a=%", "a=%4", "a=%4g", "a=\n", "a=\u0000", "a=\u007f", "a=é"})
  void a_query_that_is_no_query_is_refused(String raw) {
    assertThatThrownBy(() -> upstream("/bff/x", raw)).isInstanceOf(RequestRefused.class);
  }

  private URI upstream(String path, String query) {
    return granted(table, HOST, path, "GET").upstream(path, query);
  }

  private static String targetOf(RouteTable table, String host, String path, String method) {
    return granted(table, host, path, method).configuration().target().getHost();
  }

  private static Route granted(RouteTable table, String host, String path, String method) {
    return ((Match.Granted) table.match(host, path, method)).route();
  }

  private static RouteTable table(RouteConfiguration... routes) {
    return new RouteTable(List.of(routes), Set.of("/app/session.js")::contains);
  }

  private static RouteConfiguration at(String host, RouteConfiguration route) {
    return new RouteConfiguration(
        route.id(),
        Optional.of(host),
        route.path(),
        route.methods(),
        route.target(),
        route.access(),
        route.limits(),
        route.crossing());
  }

  private static RouteConfiguration route(String path, String target, String... methods) {
    return Configurations.route(path, target, methods);
  }
}
