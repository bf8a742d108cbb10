package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.Requests;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.Route;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamRequestTest {
  private static final String PATH = "/bff/v1/user/profile";
  private static final int MAX_BODY = 1024 * 1024;

  private final Route route =
      new Route(Configurations.route("/bff", "http://127.0.0.1:9080/api", "GET", "PUT"));

  @Test
  void harmless_fields_go_up_with_all_their_values() throws IOException {
    UpstreamRequest request =
        of(
            Requests.a("GET", PATH)
                .with("Accept", "application/json")
                .with("accept-language", "de")
                .with("Accept-Language", "en;q=0.5")
                .with("If-None-Match", "\"1\""));
    assertThat(request.fields().get("Accept")).containsExactly("application/json");
    assertThat(request.fields().get("accept-language")).containsExactly("de", "en;q=0.5");
    assertThat(request.fields()).containsKey("If-None-Match");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "Host",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
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
        "Transfer-Encoding",
        "Accept-Encoding",
        "Origin",
        "Referer",
        "User-Agent",
        "X-CSRF",
        "Sec-Fetch-Site",
        "$WSRA",
        "Content-Encoding"
      })
  void everything_else_stays_here(String name) throws IOException {
    assertThat(of(Requests.a("GET", PATH).with(name, "x")).fields()).isEmpty();
  }

  @Test
  void a_connection_list_of_the_clients_takes_nothing_away() throws IOException {
    UpstreamRequest request =
        of(Requests.a("GET", PATH).with("Connection", "close, if-match").with("If-Match", "\"1\""));
    assertThat(request.fields()).containsOnlyKeys("If-Match");
  }

  @Test
  void the_body_goes_up_with_its_type() throws IOException {
    UpstreamRequest request =
        of(
            Requests.a("PUT", PATH)
                .with("Content-Type", "application/json; charset=utf-8")
                .body("{}"));
    assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
    assertThat(request.type().orElseThrow().getSubtype()).isEqualTo("json");
  }

  @Test
  void a_get_has_no_body_whatever_came() throws IOException {
    assertThat(of(Requests.a("GET", PATH).body("ignored")).body()).isEmpty();
  }

  @Test
  void a_body_over_the_limit_is_refused_whether_it_says_its_length_or_not() throws IOException {
    String full = "x".repeat(MAX_BODY);
    assertThat(of(Requests.a("PUT", PATH).body(full)).body()).hasSize(MAX_BODY);
    assertThat(refused(Requests.a("PUT", PATH).body(full + "x"))).isEqualTo(ErrorId.BODY_TOO_LARGE);
    assertThat(
            refused(Requests.a("PUT", PATH).with("Content-Length", "" + (MAX_BODY + 1)).body("")))
        .isEqualTo(ErrorId.BODY_TOO_LARGE);
  }

  @Test
  void a_content_type_that_is_none_is_refused() {
    assertThat(refused(Requests.a("PUT", PATH).with("Content-Type", "nonsense").body("x")))
        .isEqualTo(ErrorId.UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void field_values_that_are_not_text_are_refused() {
    for (String value : List.of("a\rb", "a\nb", "a\u0000", "é")) {
      assertThat(refused(Requests.a("GET", PATH).with("Accept", value)))
          .isEqualTo(ErrorId.MALFORMED_REQUEST);
    }
  }

  private UpstreamRequest of(Requests request) throws IOException {
    return of(request.build());
  }

  private UpstreamRequest of(HttpServletRequest request) throws IOException {
    return UpstreamRequest.of(request, route, PATH);
  }

  private ErrorId refused(Requests request) {
    return catchThrowableOfType(RequestRefused.class, () -> of(request.build())).id();
  }
}
