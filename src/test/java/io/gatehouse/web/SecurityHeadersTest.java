package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityHeadersTest {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
          + " 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
          + " https://issuer.example";

  private final Responses response = new Responses();

  @Test
  void every_response_has_every_field_to_the_byte() throws Exception {
    answer("/", (request, downstream) -> {});

    assertThat(response.field("Content-Security-Policy")).isEqualTo(POLICY);
    assertThat(response.field("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(response.field("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(response.field("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    assertThat(response.field("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    assertThat(response.field("Permissions-Policy")).startsWith("camera=()");
    assertThat(response.field("Strict-Transport-Security")).isNull();
    assertThat(response.field("Cache-Control")).isNull();
  }

  @Test
  void forms_may_lead_to_each_provider() throws Exception {
    answer(
        Configurations.standard()
            .provider("a", URI.create("https://a.example:443/x"))
            .provider("b", URI.create("https://B.example:8443/y")),
        "/",
        (request, downstream) -> {});

    assertThat(response.field("Content-Security-Policy"))
        .endsWith("form-action 'self' https://a.example https://b.example:8443");
  }

  @Test
  void transport_security_is_strict_where_configured() throws Exception {
    answer(Configurations.standard().strictTransportSecurity(), "/", (request, downstream) -> {});

    assertThat(response.field("Strict-Transport-Security")).isEqualTo("max-age=31536000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/auth/session",
        "/auth",
        "/account",
        "/account/x",
        "/api/v1/user/profile",
        "/bff/x"
      })
  void what_concerns_one_person_is_never_stored(String path) throws Exception {
    answer(path, (request, downstream) -> {});

    assertThat(response.field("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void redirects_are_never_stored() throws Exception {
    answer(
        "/",
        (request, downstream) -> ((HttpServletResponse) downstream).setHeader("location", "/x"));

    assertThat(response.field("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void a_reset_response_gets_them_again() throws Exception {
    answer("/account", (request, downstream) -> downstream.reset());

    assertThat(response.field("Content-Security-Policy")).isEqualTo(POLICY);
    assertThat(response.field("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void what_adds_one_of_them_replaces_it() throws Exception {
    answer(
        "/auth/logout",
        (request, downstream) -> {
          ((HttpServletResponse) downstream).addHeader("content-security-policy", "other");
          ((HttpServletResponse) downstream).addHeader("Cache-Control", "no-store");
          ((HttpServletResponse) downstream).addHeader("Set-Cookie", "a=1");
          ((HttpServletResponse) downstream).addHeader("Set-Cookie", "b=2");
        });

    assertThat(response.field("Content-Security-Policy")).isEqualTo("other");
    assertThat(response.field("Cache-Control")).isEqualTo("no-store");
    assertThat(response.fields("Set-Cookie")).containsExactly("a=1", "b=2");
  }

  private void answer(String path, FilterChain chain) throws Exception {
    answer(Configurations.standard(), path, chain);
  }

  private void answer(Configurations configuration, String path, FilterChain chain)
      throws Exception {
    filter(configuration).doFilter(Requests.get(path).build(), response.build(), chain);
  }

  private static SecurityHeadersFilter filter(Configurations configuration) {
    SecurityHeadersFilter filter = new SecurityHeadersFilter();
    filter.headers = new SecurityHeaders(configuration.build());
    return filter;
  }
}
