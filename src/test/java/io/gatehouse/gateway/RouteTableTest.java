package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.gateway.RouteTable.Match;
import io.gatehouse.testing.Configurations;
import io.gatehouse.web.RequestRefused;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private final RouteTable table =
      new RouteTable(
          List.of(
              route("/bff", "http://127.0.0.1:9080/api", "GET", "PUT"),
              route("/bff/reports/", "https://reports.example/v2/", "GET")));

  @Test
  void a_path_below_a_route_is_granted_for_its_methods() {
    assertThat(table.match("/bff/v1/user/profile", "GET")).isInstanceOf(Match.Granted.class);
    assertThat(table.match("/bff/v1/user/profile", "PUT")).isInstanceOf(Match.Granted.class);
    assertThat(table.match("/bff", "GET")).isInstanceOf(Match.Granted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/bffx", "/bf", "/api/v1/user/profile", "/BFF/v1", "/x/bff"})
  void what_no_route_covers_does_not_exist(String path) {
    assertThat(table.match(path, "GET")).isInstanceOf(Match.Nothing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "DELETE", "get", "TRACE", "CONNECT", ""})
  void a_method_that_the_route_does_not_name_is_refused(String method) {
    assertThat(table.match("/bff/v1/user/profile", method))
        .isEqualTo(new Match.MethodRefused(Set.of("GET", "PUT")));
  }

  @Test
  void the_longest_route_decides_alone() {
    assertThat(table.match("/bff/reports/1", "PUT"))
        .isEqualTo(new Match.MethodRefused(Set.of("GET")));
    assertThat(upstream("/bff/reports/1", null)).hasToString("https://reports.example/v2/1");
    assertThat(upstream("/bff/reports", null)).hasToString("https://reports.example/v2");
    assertThat(upstream("/bff/reportsx", null)).hasToString("http://127.0.0.1:9080/api/reportsx");
  }

  @ParameterizedTest
  @CsvSource({
    "/bff/v1/user/profile, http://127.0.0.1:9080/api/v1/user/profile",
    "/bff, http://127.0.0.1:9080/api",
    "/bff/, http://127.0.0.1:9080/api/",
    "/bff/a b, http://127.0.0.1:9080/api/a%20b",
    "/bff/a:b@c, http://127.0.0.1:9080/api/a:b@c",
    "/bff/@evil.example/x, http://127.0.0.1:9080/api/@evil.example/x",
  })
  void the_upstream_path_is_the_matched_one_written_anew(String path, String address) {
    assertThat(upstream(path, null)).hasToString(address);
  }

  @ParameterizedTest
  @CsvSource({
    "a=1&b=%20%C3%A9, a=1&b=%20%C3%A9",
    "q=a b|c\"<>, q=a%20b%7Cc%22%3C%3E",
    "'', ''",
    "q=x/../y?z, q=x/../y?z",
  })
  void the_query_goes_up_as_it_is_but_for_what_needs_encoding(String raw, String encoded) {
    assertThat(upstream("/bff/x", raw)).hasToString("http://127.0.0.1:9080/api/x?" + encoded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%zz", "a=%", "a=\n", "a=\u0000", "a=é"})
  void a_query_that_is_no_query_is_refused(String raw) {
    assertThatThrownBy(() -> upstream("/bff/x", raw)).isInstanceOf(RequestRefused.class);
  }

  private URI upstream(String path, String query) {
    return ((Match.Granted) table.match(path, "GET")).route().upstream(path, query);
  }

  static RouteConfiguration route(String path, String target, String... methods) {
    return Configurations.route(path, target, methods);
  }
}
