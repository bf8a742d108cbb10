package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.config.TrustedProxies;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.Requests;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.RequestRefused;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamRequestTest {
  private static final Set<String> MADE_HERE =
      Set.of(
          "Host",
          "Forwarded",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Forwarded-Prefix");

  @Test
  void harmless_fields_go_up_with_all_their_values() {
    UpstreamRequest request =
        of(
            Requests.a("GET", "/bff/x")
                .with("Accept", "application/json")
                .with("accept-language", "de")
                .with("Accept-Language", "en;q=0.5")
                .with("If-None-Match", "\"1\""));
    assertThat(request.fields().getValuesList("Accept")).containsExactly("application/json");
    assertThat(request.fields().getValuesList("Accept-Language")).containsExactly("de", "en;q=0.5");
    assertThat(request.fields().contains("If-None-Match")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "Host",
        "X-Real-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
        "X-Forwarded-User",
        "X-Forwarded-Port",
        "X_Forwarded_For",
        "X-Forwarded-Hosted",
        "Accep",
        "Accept-",
        "Acc\u00e9pt",
        "X-User",
        "X-Remote-User",
        "X_User",
        "If_Match",
        "Remote-User",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Origin",
        "Referer",
        "User-Agent",
        "X-CSRF",
        "Sec-Fetch-Site",
        "$WSRA"
      })
  void everything_else_stays_here(String name) {
    assertThat(theirs(of(Requests.a("GET", "/bff/x").with(name, "x")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"})
  void what_a_client_says_of_its_way_is_replaced(String name) {
    UpstreamRequest request = of(Requests.a("GET", "/bff/x").with(name, "evil"));
    assertThat(request.fields().getValuesList(name)).hasSize(1).doesNotContain("evil");
  }

  @Test
  void a_connection_list_of_the_clients_takes_nothing_away() {
    UpstreamRequest request =
        of(
            Requests.a("GET", "/bff/x")
                .with("Connection", "close, if-match, x-forwarded-for")
                .with("If-Match", "\"1\""));
    assertThat(theirs(request)).containsExactly("If-Match");
    assertThat(request.fields().contains("X-Forwarded-For")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nX-User: y", "x\u0000", "é", "\u007F"})
  void a_value_that_is_no_text_is_refused(String value) {
    assertThat(refused(Requests.a("GET", "/bff/x").with("Accept", value)))
        .isEqualTo(ErrorId.MALFORMED_REQUEST);
  }

  @Test
  void long_fields_and_many_fields_are_refused() {
    assertThat(refused(Requests.a("GET", "/bff/x").with("X-Long", "x".repeat(8 * 1024))))
        .isEqualTo(ErrorId.FIELDS_TOO_LARGE);
    Requests many = Requests.a("GET", "/bff/x");
    for (int i = 0; i < 5; i++) {
      many.with("X-Many-" + i, "x".repeat(7 * 1024));
    }
    assertThat(refused(many)).isEqualTo(ErrorId.FIELDS_TOO_LARGE);
  }

  @Test
  void a_call_without_a_body_that_changes_nothing_can_be_made_again() {
    assertThat(of(Requests.a("GET", "/bff/x")).isRepeatable()).isTrue();
    assertThat(of(Requests.a("POST", "/bff/x")).isRepeatable()).isFalse();
    assertThat(of(Requests.a("DELETE", "/bff/x")).isRepeatable()).isFalse();
  }

  @Test
  void the_host_is_the_protected_resource() {
    assertThat(of(Requests.a("GET", "/bff/x").with("Host", "evil.test")).fields())
        .filteredOn(field -> field.is("Host"))
        .extracting(HttpField::getValue)
        .containsExactly("127.0.0.1:9080");
  }

  private static List<String> theirs(UpstreamRequest request) {
    return request.fields().stream()
        .map(HttpField::getName)
        .filter(name -> !MADE_HERE.contains(name))
        .toList();
  }

  private static UpstreamRequest of(Requests request) {
    RouteConfiguration route =
        Configurations.route("/bff", "http://127.0.0.1:9080/api", "GET", "PUT");
    URI site = URI.create("https://app.example");
    Addresses addresses = new Addresses(site, "/bff", route.target());
    return UpstreamRequest.of(
        request.build(),
        URI.create("http://127.0.0.1:9080/api/x"),
        new Fields(route),
        new Cookies(Set.of(), "/bff", addresses, true),
        new Forwarding(
            new ClientAddress(new TrustedProxies(List.of())), site, "/bff", route.target()),
        1024);
  }

  private static ErrorId refused(Requests request) {
    return catchThrowableOfType(RequestRefused.class, () -> of(request)).id();
  }
}
