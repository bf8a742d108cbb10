package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of ours that the server answers, before any filter of ours. */
class ServerAddressesIT {
  private static final List<String> FIELDS =
      List.of(
          "content-security-policy",
          "x-content-type-options",
          "referrer-policy",
          "cross-origin-opener-policy",
          "cross-origin-resource-policy",
          "permissions-policy");

  private final Browser browser = new Browser();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/started",
        "/health/live",
        "/health/ready",
        "/health/nothing",
        "/metrics",
        "/metrics/nothing",
        "/openapi"
      })
  void they_have_the_fields_that_every_answer_has_and_open_nothing_to_other_sites(String path) {
    Visit ours = browser.fetch("GET", "/auth/session", null);
    Visit servers = browser.fetch("GET", path, null);

    for (String field : FIELDS) {
      assertThat(servers.headerValues(field)).as(field).isEqualTo(ours.headerValues(field));
    }
    assertThat(servers.headers().map().keySet()).noneMatch(it -> it.startsWith("access-control-"));
  }
}
