package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The server as an image carries it: no development include. */
class ProductionStartIT {

  @Test
  void without_settings_the_application_does_not_start_and_the_log_names_them_all() {
    try (OwnServer server = OwnServer.production("production").start(Map.of())) {
      assertThat(server.console())
          .contains("gatehouse.issuer", "gatehouse.base-url", "gatehouse.secret")
          .doesNotContain("alice");
      assertThat(server.console()).containsOnlyOnce("Gatehouse cannot start");
      assertThat(server.console()).doesNotContain("Caused by", "\tat ");
      assertThat(server.browser().openOnly("/").status()).isEqualTo(404);
      assertThat(server.browser().openOnly("/health/ready").status()).isEqualTo(503);
      assertThat(server.browser().openOnly("/oidc/endpoint/OP/jwk").status()).isEqualTo(404);
    }
  }

  @Test
  void a_mistyped_setting_stops_the_start_with_a_suggestion_and_a_shadowed_route_with_its_cause() {
    Map<String, String> settings =
        Map.of(
            "GATEHOUSE_ISUER", "https://as.example",
            "GATEHOUSE_ROUTES", "site",
            "GATEHOUSE_ROUTE_SITE_PATH", "/app/api.js",
            "GATEHOUSE_ROUTE_SITE_TARGET", "https://site.example");
    try (OwnServer server = OwnServer.production("mistyped").start(settings)) {
      assertThat(server.console())
          .contains("gatehouse.issuer", "a file of this application lies there");
      assertThat(server.browser().openOnly("/health/ready").status()).isEqualTo(503);
    }
  }
}
