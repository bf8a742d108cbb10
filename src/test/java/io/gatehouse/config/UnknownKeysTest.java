package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownKeysTest {
  @ParameterizedTest
  @CsvSource({
    "gatehouse.clientid,                 gatehouse.client-id",
    "gatehouse.client_id,                gatehouse.client-id",
    "gatehouse.clientSecret,             gatehouse.client-secret",
    "gatehouse.isuer,                    gatehouse.issuer",
    "gatehouse.scope,                    gatehouse.scopes",
    "gatehouse.session.idletimeout,      gatehouse.session.idle-timeout",
    "gatehouse.session.max-per-users,    gatehouse.session.max-per-user",
    "gatehouse.refresh.refresh-lifetime, gatehouse.refresh.refresh-token-lifetime",
    "gatehouse.trust-certificates-file,  gatehouse.http.trust-certificates-file",
    "gatehouse.route.api.method,         gatehouse.route.api.methods",
  })
  void a_slip_gets_a_suggestion(String written, String meant) {
    assertThat(Settings.production().with(written, "x").problemAt(written))
        .endsWith("did you mean " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource({
    "GATEHOUSE_CLIENTID,         GATEHOUSE_CLIENT_ID",
    "GATEHOUSE_CLIENT_SECRETS,   GATEHOUSE_CLIENT_SECRET",
    "GATEHOUSE_SESSION_TIMEOUT,  ",
    "GATEHOUSE_IDLE_TIMEOUT,     ",
    "GATEHOUSE_TRUSTED_PROXY,    GATEHOUSE_TRUSTED_PROXIES",
  })
  void a_slip_in_the_environment_gets_one_in_its_own_form(String written, String meant) {
    String message = Settings.production().environment(written, "x").problemAt(written);
    if (meant != null) {
      assertThat(message).endsWith("did you mean " + meant + "?");
    }
  }

  @Test
  void what_resembles_nothing_is_refused_without_a_guess() {
    assertThat(Settings.production().with("gatehouse.colour", "red").problemAt("gatehouse.colour"))
        .isEqualTo(
            "there is no such key; remove it, or see docs/configuration.md for the keys there are");
  }

  @Test
  void the_value_of_an_unknown_key_is_not_shown() {
    assertThat(
            Settings.production()
                .with("gatehouse.cleint-secret", "hunter2")
                .problemAt("gatehouse.cleint-secret"))
        .doesNotContain("hunter2");
  }

  @Test
  void a_key_of_a_later_version_is_said_to_be_one() {
    String key = "gatehouse.client-key-file";
    assertThat(Settings.production().with(key, "x").problemAt(key))
        .contains("this version does not have this key yet");
  }

  @Test
  void a_provider_that_is_not_listed_has_no_keys() {
    assertThat(
            Settings.twoProviders()
                .with("gatehouse.provider.wrok.scopes", "openid")
                .problemAt("gatehouse.provider.wrok.scopes"))
        .isEqualTo(
            "no provider listed in gatehouse.providers has this key; did you mean"
                + " gatehouse.provider.work.scopes?");
    assertThat(
            Settings.production()
                .environment("GATEHOUSE_PROVIDER_WORK_CLIENT_ID", "x")
                .problemAt("GATEHOUSE_PROVIDER_WORK_CLIENT_ID"))
        .startsWith("no provider listed in gatehouse.providers has this key");
  }

  @Test
  void a_route_that_is_not_listed_has_no_keys() {
    assertThat(
            Settings.production()
                .with("gatehouse.route.orders.path", "/bff/orders")
                .problemAt("gatehouse.route.orders.path"))
        .startsWith(
            "no route listed in gatehouse.routes has this key; to have one, add orders to"
                + " gatehouse.routes; or else remove it");
  }

  @ParameterizedTest
  @CsvSource({
    "GATEHOUSE_ROUTE_ORDERS_CHANGE_IDLE_TIMEOUT, orders-change",
    "gatehouse_route_orders_max_body,            orders",
    "GATEHOUSE_ROUTE_APP_PATH,                   app",
  })
  void a_route_is_to_be_listed_where_its_key_is_written(String variable, String id) {
    assertThat(Settings.production().environment(variable, "x").problemAt(variable))
        .contains("add " + id + " to GATEHOUSE_ROUTES; or else ");
  }

  @Test
  void a_listed_route_is_not_to_be_listed_again() {
    String key = "gatehouse.route.Api.path";
    assertThat(Settings.production().with(key, "/bff").problemAt(key))
        .isEqualTo(
            "no route listed in gatehouse.routes has this key; did you mean"
                + " gatehouse.route.api.path?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gatehouse_scope", "Gatehouse_Scope", "GATEHOUSE_SCOPE"})
  void a_variable_is_reported_once_however_it_is_spelled(String variable) {
    assertThat(Settings.production().environment(variable, "openid").problemAt(variable))
        .endsWith("did you mean GATEHOUSE_SCOPES?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gatehouse_client_id", "GATEHOUSE_CLIENT_ID"})
  void a_variable_of_lower_case_counts(String variable) {
    Settings settings = Settings.production().without("gatehouse.client-id");
    assertThat(settings.environment(variable, "app").problems()).isEmpty();
  }

  @Test
  void a_variable_that_is_spelled_otherwise_would_not_be_read_and_is_refused() {
    assertThat(
            Settings.production()
                .environment("Gatehouse_Client_Id", "app")
                .problemAt("Gatehouse_Client_Id"))
        .endsWith("did you mean GATEHOUSE_CLIENT_ID?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GATEHOUSE_SERVICE_HOST",
        "GATEHOUSE_SERVICE_PORT",
        "GATEHOUSE_SERVICE_PORT_HTTPS",
        "GATEHOUSE_PORT",
        "GATEHOUSE_PORT_9443_TCP",
        "GATEHOUSE_PORT_9443_TCP_ADDR",
        "GATEHOUSE_PORT_9443_TCP_PROTO",
        "GATEHOUSE_DB_SERVICE_HOST",
        "GATEHOUSE_DB_PORT_5432_TCP",
      })
  void what_a_cluster_says_about_a_service_of_our_name_is_no_setting(String variable) {
    assertThat(Settings.production().environment(variable, "tcp://10.0.0.1:9443").problems())
        .isEmpty();
  }

  @Test
  void settings_of_others_do_not_concern_us() {
    assertThat(
            Settings.production()
                .with("gatehousekeeper.x", "1")
                .with("mp.jwt.verify.issuer", "x")
                .environment("GATEHOUSES", "2")
                .environment("PATH", "/bin")
                .problems())
        .isEmpty();
  }

  @Test
  void each_key_of_the_catalogue_is_known_in_both_forms() {
    for (Key key : Keys.all()) {
      Settings settings = Settings.twoProviders();
      Key named = key.of(key.name().contains("route") ? "api" : "work");
      assertThat(settings.with(named.name(), "?").problems())
          .noneMatch(problem -> problem.message().contains("no such key"));
      assertThat(Settings.twoProviders().environment(named.environmentForm(), "?").problems())
          .noneMatch(problem -> problem.message().contains("no such key"));
    }
  }
}
