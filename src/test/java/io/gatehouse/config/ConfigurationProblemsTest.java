package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ConfigurationProblems.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationProblemsTest {
  @Test
  void an_empty_production_configuration_names_all_that_is_needed_at_once() {
    List<Problem> problems = Settings.none().problems();

    assertThat(problems)
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "gatehouse.base-url",
            "gatehouse.issuer",
            "gatehouse.client-id",
            "gatehouse.client-secret",
            "gatehouse.secret");
    assertThat(problems)
        .allSatisfy(problem -> assertThat(problem.message()).contains("is not set"));
    assertThat(new ConfigurationProblems(problems).getMessage())
        .contains("\n\ngatehouse.client-id: is not set; write the client identifier")
        .contains("docs/configuration.md")
        .contains("(environment: GATEHOUSE_CLIENT_ID)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "base-url                     | ftp://app.example.com           | absolute address",
        "base-url                     | app.example.com                 | absolute address",
        "base-url                     | https://app.example.com/base    | has no path",
        "base-url                     | https://app.example.com?x=1     | has no query",
        "base-url                     | https://me@app.example.com      | have no place",
        "base-url                     | https://app.example.com/#x      | have no place",
        "base-url                     | http://app.example.com          | needs https://",
        "base-url                     | http://localhost:9080           | needs gatehouse.insecure-http=true",
        "insecure-http                | true                            | the base URL is https; remove it",
        "insecure-http                | yes                             | true or false",
        "hsts                         | sometimes                       | auto, on or off",
        "protected-paths              | account                         | begins with a slash",
        "protected-paths              | /                               | begins with a slash",
        "protected-paths              | /a/../b                         | begins with a slash",
        "protected-paths              | /account/                       | begins with a slash",
        "protected-paths              | /auth/session                   | rules of its own",
        "protected-paths              | /bff                            | rules of its own",
        "trusted-proxies              | proxy.example.com               | 10.0.0.0/8",
        "trusted-proxies              | 10.0.0.0/33                     | 10.0.0.0/8",
        "logout.id-token-hint         | TRUE                            | true or false",
        "profile                      | fapi2                           | does not have it yet",
        "profile                      | strict                          | must be default",
        "development                  | 1                               | true or false",
        "issuer                       | http://login.example.com        | loopback hosts only",
        "issuer                       | https://login.example.com?a=b   | has no query",
        "issuer                       | https://login.example.com/#a    | have no place",
        "issuer                       | login                           | absolute address",
        "client-id                    | caf\u00e9                       | printable ASCII",
        "client-auth-method           | private_key_jwt                 | does not have it yet",
        "client-auth-method           | tls_client_auth                 | does not have it yet",
        "client-auth-method           | basic                           | must be client_secret_basic",
        "scopes                       | profile email                   | openid must be among",
        "optional-scopes              | a\"b                            | printable ASCII",
        "resource                     | https://api.example.com/#a      | without a fragment",
        "id-token-signed-response-alg | none                            | signed with a key pair",
        "id-token-signed-response-alg | HS256                           | signed with a key pair",
        "id-token-signed-response-alg | rs256                           | signed with a key pair",
        "response-mode                | fragment                        | query or form_post",
        "provider-quirks              | no-such-quirk                   | refresh-needs-code-verifier",
        "session.idle-timeout         | 30                              | 30s, 15m",
        "session.idle-timeout         | 0s                              | longer than nothing",
        "session.idle-timeout         | 8d                              | longer than gatehouse.session.absolute-timeout",
        "session.absolute-timeout     | -1h                             | 30s, 15m",
        "session.absolute-timeout     | PT8H                            | 30s, 15m",
        "session.max-per-user         | 0                               | from 1 to 9999",
        "session.max-per-user         | many                            | from 1 to 9999",
        "session.cache-max-age        | 5                               | 30s, 15m",
        "session.cache-max-age        | 61s                             | at most 1m",
        "session.jdbc-url             | postgresql://db/gatehouse       | jdbc:postgresql:",
        "session.jdbc-create-schema   | no                              | true or false",
        "refresh.ahead                | 1 minute                        | 30s, 15m",
        "refresh.lease                | 19s                             | at least 19500ms",
        "refresh.refresh-token-lifetime | 1y                            | 30s, 15m",
        "http.connect-timeout         | 11s                             | longer than gatehouse.refresh.request-deadline",
        "http.read-timeout            | 11s                             | longer than gatehouse.refresh.request-deadline",
        "http.connect-timeout         | 2000                            | 30s, 15m",
        "routes                       | Api                             | lower-case letters",
        "routes                       | api,api                         | names api twice",
        "route.api.path               | /auth                           | answers there itself",
        "route.api.path               | /auth/login                     | answers there itself",
        "route.api.path               | /api                            | answers there itself",
        "route.api.path               | /api/v2                         | answers there itself",
        "route.api.path               | /health                         | answers there itself",
        "route.api.path               | /metrics                        | answers there itself",
        "route.api.path               | /openapi/ui                     | answers there itself",
        "route.api.path               | /jwt                            | answers there itself",
        "route.api.path               | /ibm/api                        | answers there itself",
        "route.api.path               | /.well-known/x                  | begins with a slash",
        "route.api.path               | //                              | begins with a slash",
        "route.api.path               | /a/../auth                      | begins with a slash",
        "route.api.host               | https://app.example.com         | without scheme",
        "route.api.host               | app.example.com:443             | without scheme",
        "route.api.host               | *                               | without scheme",
        "route.api.host               | other.example.com               | nobody has a session there",
        "route.api.session            | maybe                           | required or optional",
        "route.api.token              | client                          | user or none",
        "route.api.audience           | orders                          | absolute URI",
        "route.api.scopes             | a\"b                            | printable ASCII",
        "route.api.scopes             | email orders                    | orders, which no sign-in can",
        "route.api.acr                | caf\u00e9                       | printable ASCII",
        "route.api.max-age            | 0s                              | longer than nothing",
        "route.api.idle-timeout       | 60                              | 30s, 15m",
        "route.api.concurrent         | 0                               | from 1 to 9999",
        "route.api.concurrent-per-session | all                         | from 1 to 9999",
        "route.api.request-headers    | x_tenant                        | letters, digits and hyphens",
        "route.api.response-headers   | x tenant:                       | letters, digits and hyphens",
        "route.api.cookies            | theme                           | outside of /bff",
        "route.api.cache              | private                         | none or upstream",
        "route.api.websocket          | yes                             | true or false",
        "route.api.path               | /bff/                           | begins with a slash",
        "route.api.target             | http://api.example.com          | loopback hosts only",
        "route.api.methods            | GET TRACE                       | one of GET, HEAD",
        "route.api.methods            | get                             | one of GET, HEAD",
        "route.api.timeout            | 10                              | 30s, 15m",
        "route.api.max-body           | 1TB                             | 65536, 64KB, 1MB",
        "api.issuer                   | http://tokens.example.com       | loopback hosts only",
        "api.jwks-uri                 | http://keys.example.com         | loopback hosts only",
        "api.audience                 | caf\u00e9                       | printable ASCII",
      })
  void a_value_that_cannot_be_used_is_named_with_what_to_write(
      String key, String value, String advice) {
    String name = "gatehouse." + key;
    String message = Settings.production().with(name, value).problemAt(name);
    assertThat(message)
        .contains(advice)
        .endsWith("(environment: " + Key.environmentForm(name) + ")");
  }

  @Test
  void every_problem_is_reported_in_one_go() {
    List<Problem> problems =
        Settings.production()
            .without("gatehouse.client-id")
            .with("gatehouse.session.idle-timeout", "30")
            .with("gatehouse.refresh.lease", "1s")
            .with("gatehouse.hsts", "maybe")
            .with("gatehouse.sesion.idle-timeout", "30m")
            .problems();
    assertThat(problems)
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "gatehouse.client-id",
            "gatehouse.session.idle-timeout",
            "gatehouse.refresh.lease",
            "gatehouse.hsts",
            "gatehouse.sesion.idle-timeout");
  }

  @Test
  void a_broken_value_causes_no_second_problem_about_its_relations() {
    Settings settings =
        Settings.production()
            .with("gatehouse.session.absolute-timeout", "10m")
            .with("gatehouse.session.idle-timeout", "30");
    assertThat(settings.problemAt("gatehouse.session.idle-timeout")).contains("found \"30\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"20s", "19500ms"})
  void a_lease_half_as_long_again_as_the_work_under_it_is_enough(String lease) {
    assertThat(Settings.production().with("gatehouse.refresh.lease", lease).problems()).isEmpty();
  }

  @Test
  void equal_limits_do_not_contradict_each_other() {
    assertThat(
            Settings.production()
                .with("gatehouse.session.idle-timeout", "7d")
                .with("gatehouse.http.read-timeout", "10s")
                .with("gatehouse.session.cache-max-age", "1m")
                .problems())
        .isEmpty();
  }

  @Test
  void routes_have_no_more_audiences_than_a_session_keeps_tokens_for() {
    Settings settings = Settings.production();
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      ids.add("r" + i);
      settings
          .with("gatehouse.routes", String.join(",", ids))
          .with("gatehouse.route.r" + i + ".path", "/bff/r" + i)
          .with("gatehouse.route.r" + i + ".target", "https://api.example.com")
          .with("gatehouse.route.r" + i + ".audience", "urn:" + Math.min(i, 8));
    }
    assertThat(settings.problems()).isEmpty();
    assertThat(
            settings
                .with("gatehouse.route.r9.audience", "urn:9")
                .problemAt("gatehouse.route.r9.audience"))
        .contains("8 different audiences");
  }

  /** Else the session's own token, which goes to every route, may be one for these. */
  @Test
  void who_names_resources_of_routes_names_the_own_one_too() {
    Settings settings =
        Settings.production().with("gatehouse.authorization-resource", "https://c.example");
    assertThat(settings.problemAt("gatehouse.resource"))
        .contains("gatehouse.authorization-resource");
    assertThat(settings.with("gatehouse.resource", "urn:own").problems()).isEmpty();
    assertThat(
            settings
                .with("gatehouse.resource", "https://c.example")
                .problemAt("gatehouse.authorization-resource"))
        .contains("gatehouse.resource names too");
    assertThat(
            settings
                .with("gatehouse.authorization-resource", "orders")
                .problemAt("gatehouse.authorization-resource"))
        .contains("absolute URI");
  }

  @Test
  void a_confidential_client_needs_its_secret_and_a_public_one_must_not_have_it() {
    Settings missing = Settings.production().without("gatehouse.client-secret");
    assertThat(missing.problemAt("gatehouse.client-secret"))
        .contains("gatehouse.client-secret-file")
        .contains("gatehouse.client-auth-method to none");

    Settings superfluous = Settings.production().with("gatehouse.client-auth-method", "none");
    assertThat(superfluous.problemAt("gatehouse.client-secret")).contains("uses no secret");

    superfluous
        .without("gatehouse.client-secret")
        .with("gatehouse.client-secret-file", "/run/secrets/client");
    assertThat(superfluous.problemAt("gatehouse.client-secret-file")).contains("uses no secret");
  }

  @ParameterizedTest
  @CsvSource({
    "gatehouse.session.jdbc-url, postgresql://app:s3cret@db/gatehouse",
    "gatehouse.session.jdbc-url, jdbc:oracle:thin:app/s3cret@db",
    "gatehouse.session.jdbc-url, postgresql://db/gatehouse?user=app&password=s3cret",
    "gatehouse.issuer, https://user:s3cret@login.example.com",
    "gatehouse.issuer, https://user:s3cret/@more@login.example.com",
    "gatehouse.base-url, https://s3cret@app.example.com"
  })
  void a_password_in_an_address_is_never_shown(String key, String address) {
    List<Problem> problems = Settings.production().with(key, address).problems();

    assertThat(problems).extracting(Problem::key).contains(key);
    assertThat(problems.toString()).doesNotContain("s3cret");
  }

  @Test
  void one_secret_has_one_source() {
    assertThat(
            Settings.production()
                .with("gatehouse.client-secret-file", "/run/secrets/client")
                .problemAt("gatehouse.client-secret-file"))
        .contains("beside gatehouse.client-secret; keep one");
    assertThat(
            Settings.production()
                .with("gatehouse.secret-file", "/run/secrets/own")
                .problemAt("gatehouse.secret-file"))
        .contains("beside gatehouse.secret; keep one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "too-short",
        "c2hvcnQ=",
        "not base64 at all, but long enough to be a secret of some kind!",
        Settings.SECRET + " " + Settings.SECRET,
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"
            + "= MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"
      })
  void a_server_secret_that_cannot_be_used_is_never_shown(String secret) {
    String message =
        Settings.production().with("gatehouse.secret", secret).problemAt("gatehouse.secret");
    assertThat(message).contains("a secret of " + secret.length() + " characters");
    assertThat(message).doesNotContain(secret);
  }

  @Test
  void a_client_secret_with_a_line_break_is_refused_and_never_shown(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "first-line\nsecond-line\n");
    Settings settings =
        Settings.production()
            .without("gatehouse.client-secret")
            .with("gatehouse.client-secret-file", file.toString());
    assertThat(settings.problemAt("gatehouse.client-secret"))
        .contains("look for a line break")
        .doesNotContain("first-line");
  }

  @Test
  void files_that_are_missing_empty_or_folders_are_named_by_their_key(@TempDir Path folder)
      throws Exception {
    Path empty = Files.writeString(folder.resolve("empty"), "\n \n");
    Settings settings = Settings.production().without("gatehouse.client-secret");
    String key = "gatehouse.client-secret-file";

    assertThat(settings.with(key, folder.resolve("none").toString()).problemAt(key))
        .contains("there is no such file")
        .contains(folder.resolve("none").toString());
    assertThat(settings.with(key, empty.toString()).problemAt(key)).contains("is empty");
    assertThat(settings.with(key, folder.toString()).problemAt(key)).contains("is not a file");
    Path large = Files.write(folder.resolve("large"), new byte[1024 * 1024 + 1]);
    assertThat(settings.with(key, large.toString()).problemAt(key)).contains("larger than 1 MB");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xc3, (byte) 0x28});
    assertThat(settings.with(key, binary.toString()).problemAt(key)).contains("cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"the-secret-itself", "/slashes+in/base64==", "a/b"})
  void a_secret_written_where_its_file_goes_is_not_shown(String misplaced) {
    Settings settings =
        Settings.production()
            .without("gatehouse.client-secret")
            .with("gatehouse.client-secret-file", misplaced);
    assertThat(settings.problemAt("gatehouse.client-secret-file"))
        .contains("no such file")
        .contains("not shown")
        .doesNotContain(misplaced);
  }

  @Test
  void a_file_without_certificates_is_refused(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nno\n");
    assertThat(
            Settings.production()
                .with("gatehouse.http.trust-certificates-file", file.toString())
                .problemAt("gatehouse.http.trust-certificates-file"))
        .contains("holds no PEM certificates");
    Files.writeString(file, "just text");
    assertThat(
            Settings.production()
                .with("gatehouse.http.trust-certificates-file", file.toString())
                .problemAt("gatehouse.http.trust-certificates-file"))
        .contains("holds no PEM certificates");
  }

  @Test
  void a_password_file_needs_a_user() {
    Settings settings =
        Settings.production()
            .with(
                "gatehouse.session.jdbc-password-file",
                ConfigurationReaderTest.resource("two-certificates.pem"));
    assertThat(settings.problemAt("gatehouse.session.jdbc-user")).contains("whose password");
  }

  @Test
  void form_post_needs_https() {
    Settings settings =
        Settings.production()
            .with("gatehouse.base-url", "http://localhost:9080")
            .with("gatehouse.insecure-http", "true")
            .with("gatehouse.response-mode", "form_post");
    assertThat(settings.problemAt("gatehouse.response-mode")).contains("needs an https base URL");
  }

  @Test
  void a_reference_to_a_setting_that_does_not_exist_is_named() {
    Settings settings = Settings.production().with("gatehouse.issuer", "https://${idp.host}/a");
    assertThat(settings.problemAt("gatehouse.issuer")).contains("refers by ${...}");
    Settings secret = Settings.production().with("gatehouse.client-secret", "pa${ss}word");
    assertThat(secret.problemAt("gatehouse.client-secret"))
        .contains("refers by ${...}")
        .doesNotContain("word");
  }

  @Test
  void a_reference_to_a_setting_that_exists_is_followed() {
    GatehouseConfiguration read =
        Settings.production()
            .with("gatehouse.issuer", "https://${idp.host}/a")
            .with("idp.host", "login.example.com")
            .read();
    assertThat(read.providers().get(0).issuer()).hasToString("https://login.example.com/a");
  }

  @Test
  void a_backslash_makes_it_text() {
    Settings settings = Settings.production().environment("GATEHOUSE_CLIENT_SECRET", "a\\${b}c");
    assertThat(settings.read().providers().get(0).client().clientSecret().orElseThrow().reveal())
        .isEqualTo("a${b}c");
  }

  @Test
  void values_are_shown_on_one_line_and_cut() {
    String message =
        Settings.production()
            .with("gatehouse.hsts", "line\nforged: \u202e" + "x".repeat(500))
            .problemAt("gatehouse.hsts");
    assertThat(message).contains("line?forged: ?").doesNotContain("\n").hasSizeLessThan(300);
  }

  @Test
  void one_provider_and_several_exclude_each_other() {
    assertThat(
            Settings.twoProviders()
                .with("gatehouse.issuer", "https://login.example.com")
                .with("gatehouse.scopes", "openid")
                .problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder("gatehouse.issuer", "gatehouse.scopes");
  }

  @Test
  void each_of_several_providers_must_be_complete() {
    List<Problem> problems =
        Settings.production()
            .without("gatehouse.issuer")
            .without("gatehouse.client-id")
            .without("gatehouse.client-secret")
            .with("gatehouse.providers", "work")
            .problems();
    assertThat(problems)
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "gatehouse.provider.work.issuer",
            "gatehouse.provider.work.client-id",
            "gatehouse.provider.work.client-secret");
    assertThat(problems)
        .anySatisfy(
            problem ->
                assertThat(problem.message()).contains("GATEHOUSE_PROVIDER_WORK_CLIENT_SECRET"));
  }

  @Test
  void providers_and_their_issuers_are_distinct() {
    assertThat(
            Settings.twoProviders()
                .with("gatehouse.provider.home.issuer", "https://work.example.com")
                .problemAt("gatehouse.provider.home.issuer"))
        .contains("issuer of another provider");
    assertThat(
            Settings.twoProviders()
                .with("gatehouse.providers", "work home work")
                .problemAt("gatehouse.providers"))
        .contains("names work twice");
  }

  @Test
  void a_name_with_control_characters_is_refused() {
    String key = "gatehouse.provider.work.name";
    assertThat(Settings.twoProviders().with(key, "Work\u0007").problemAt(key))
        .contains("no control characters");
    assertThat(Settings.twoProviders().with(key, "x".repeat(81)).problemAt(key))
        .contains("at most 80");
  }

  @Test
  void an_issuer_that_is_no_provider_needs_its_keys_named() {
    String issuer = "gatehouse.api.issuer";
    String keys = "gatehouse.api.jwks-uri";
    Settings foreign = Settings.production().with(issuer, "https://tokens.example.com");
    assertThat(foreign.problemAt(keys))
        .startsWith("is not set")
        .contains("gatehouse.api.issuer")
        .endsWith("(environment: GATEHOUSE_API_JWKS_URI)");
    assertThat(foreign.with(keys, "https://tokens.example.com/jwks").problems()).isEmpty();
    assertThat(foreign.with(keys, "jwks").problemAt(keys)).contains("found \"jwks\"");

    assertThat(Settings.production().with(issuer, "https://login.example.com").problems())
        .isEmpty();
    assertThat(Settings.twoProviders().with(issuer, "https://home.example.com").problems())
        .isEmpty();
    assertThat(Settings.twoProviders().with(issuer, "https://tokens.example.com").problemAt(keys))
        .startsWith("is not set");
  }

  @Test
  void the_keys_of_an_issuer_are_reported_with_the_rest_but_not_because_of_it() {
    assertThat(
            Settings.production()
                .with("gatehouse.api.issuer", "https://tokens.example.com")
                .with("gatehouse.hsts", "maybe")
                .problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder("gatehouse.api.jwks-uri", "gatehouse.hsts");
    assertThat(
            Settings.twoProviders()
                .with("gatehouse.api.issuer", "https://home.example.com")
                .with("gatehouse.provider.home.issuer", "home")
                .problems())
        .extracting(Problem::key)
        .containsExactly("gatehouse.provider.home.issuer");
    assertThat(
            Settings.twoProviders()
                .with("gatehouse.api.issuer", "https://home.example.com")
                .with("gatehouse.providers", "Work")
                .problems())
        .extracting(Problem::key)
        .doesNotContain("gatehouse.api.jwks-uri");
  }

  @Test
  void a_route_beside_the_default_one_must_say_where_it_leads() {
    assertThat(Settings.production().with("gatehouse.routes", "api,orders").problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder("gatehouse.route.orders.path", "gatehouse.route.orders.target");
  }
}
