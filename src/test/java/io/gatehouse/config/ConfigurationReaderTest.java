package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.Configurations;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationReaderTest {
  private static final String OTHER_SECRET = "eHl6eHl6eHl6eHl6eHl6eHl6eHl6eHl6eHl6eHl6eHk=";

  @Test
  void five_settings_are_enough_for_production_and_the_rest_is_safe() {
    GatehouseConfiguration read = Settings.production().read();

    assertThat(read.baseUrl()).hasToString("https://app.example.com");
    assertThat(read.development()).isFalse();
    assertThat(read.embeddedProvider()).isFalse();
    assertThat(read.insecureHttp()).isFalse();
    assertThat(read.strictTransportSecurity()).isTrue();
    assertThat(read.idTokenHint()).isTrue();
    assertThat(read.protectedPaths()).containsExactly("/account");
    assertThat(read.trustedProxies().trusts("10.0.0.1")).isFalse();

    ProviderConfiguration provider = read.provider("default").orElseThrow();
    assertThat(read.providers()).containsExactly(provider);
    assertThat(provider.name()).isEqualTo("login.example.com");
    assertThat(provider.issuer()).hasToString("https://login.example.com");
    assertThat(provider.quirks()).isEmpty();
    ClientConfiguration client = provider.client();
    assertThat(client.clientId()).isEqualTo("app");
    assertThat(client.clientSecret()).contains(Secret.of("s3cret-of-the-client"));
    assertThat(client.tokenEndpointAuthMethod()).isEqualTo(AuthMethod.CLIENT_SECRET_BASIC);
    assertThat(client.scopes()).containsExactly("openid", "profile", "email", "offline_access");
    assertThat(client.optionalScopes()).isEmpty();
    assertThat(client.resources()).isEmpty();
    assertThat(client.idTokenSignedResponseAlg()).isEqualTo("RS256");
    assertThat(client.responseMode()).isEqualTo(ResponseMode.QUERY);
  }

  @Test
  void lifetimes_and_limits_have_the_promised_defaults() {
    GatehouseConfiguration read = Settings.production().read();

    SessionConfiguration session = read.session();
    assertThat(session.idleTimeout()).isEqualTo(Duration.ofMinutes(30));
    assertThat(session.absoluteTimeout()).isEqualTo(Duration.ofDays(7));
    assertThat(session.maxPerUser()).isEqualTo(20);
    assertThat(session.cacheMaxAge()).isEqualTo(Duration.ofSeconds(1));
    assertThat(session.jdbcUser()).isEmpty();
    assertThat(session.jdbcPassword()).isEmpty();
    assertThat(session.createSchema()).isTrue();
    assertThat(read.refresh())
        .isEqualTo(
            new RefreshConfiguration(
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofDays(30)));
    assertThat(read.http())
        .isEqualTo(new HttpConfiguration(Duration.ofSeconds(2), Duration.ofSeconds(5), List.of()));
    assertThat(read.api())
        .isEqualTo(
            new ApiConfiguration(
                URI.create("https://login.example.com"), "app", "RS256", Optional.empty()));
    assertThat(read.routes())
        .containsExactly(
            Configurations.route("/bff", "http://127.0.0.1:9080/api", "GET", "HEAD", "PUT"));
  }

  /** One row per key: a value that differs from the fallback, and where it must arrive. */
  static Stream<Arguments> everyKey() {
    return Stream.of(
        row(
            "base-url",
            "https://Other.example.com:443/",
            c -> c.baseUrl(),
            "https://other.example.com"),
        row(
            "protected-paths",
            "/account,/reports/all",
            c -> c.protectedPaths(),
            "[/account, /reports/all]"),
        row("logout.id-token-hint", "false", c -> c.idTokenHint(), "false"),
        row("hsts", "off", c -> c.strictTransportSecurity(), "false"),
        row(
            "trusted-proxies",
            "10.1.0.0/16 fd00::/8",
            c -> c.trustedProxies().trusts("10.1.2.3"),
            "true"),
        row("insecure-http", "false", c -> c.insecureHttp(), "false"),
        row("profile", "default", c -> c.providers().size(), "1"),
        row(
            "issuer",
            "https://idp.example.com/a/b/",
            c -> only(c).issuer(),
            "https://idp.example.com/a/b/"),
        row("client-id", "other", c -> client(c).clientId(), "other"),
        row("client-secret", "a$$b", c -> client(c).clientSecret().orElseThrow().reveal(), "a$$b"),
        row(
            "client-auth-method",
            "client_secret_post",
            c -> client(c).tokenEndpointAuthMethod(),
            "CLIENT_SECRET_POST"),
        row("scopes", "read openid", c -> client(c).scopes(), "[read, openid]"),
        row("optional-scopes", "write admin", c -> client(c).optionalScopes(), "[write, admin]"),
        row(
            "resource",
            "https://a.example urn:b",
            c -> client(c).resources(),
            "[https://a.example, urn:b]"),
        row(
            "id-token-signed-response-alg",
            "ES256",
            c -> client(c).idTokenSignedResponseAlg(),
            "ES256"),
        row("response-mode", "form_post", c -> client(c).responseMode(), "FORM_POST"),
        row(
            "provider-quirks",
            "refresh-needs-code-verifier",
            c -> only(c).quirks(),
            "[REFRESH_NEEDS_CODE_VERIFIER]"),
        row("secret", OTHER_SECRET, c -> c.secrets().newestFirst().get(0).reveal(), OTHER_SECRET),
        row("session.idle-timeout", "10m", c -> c.session().idleTimeout(), "PT10M"),
        row("session.absolute-timeout", "8h", c -> c.session().absoluteTimeout(), "PT8H"),
        row("session.max-per-user", "3", c -> c.session().maxPerUser(), "3"),
        row("session.cache-max-age", "0", c -> c.session().cacheMaxAge(), "PT0S"),
        row("session.jdbc-url", "jdbc:postgresql://db/gatehouse", c -> c.providers().size(), "1"),
        row(
            "session.jdbc-user",
            "gatehouse",
            c -> c.session().jdbcUser().orElseThrow(),
            "gatehouse"),
        row("session.jdbc-create-schema", "false", c -> c.session().createSchema(), "false"),
        row("refresh.ahead", "5s", c -> c.refresh().ahead(), "PT5S"),
        row("refresh.request-deadline", "9s", c -> c.refresh().requestDeadline(), "PT9S"),
        row("refresh.lease", "45s", c -> c.refresh().lease(), "PT45S"),
        row(
            "refresh.refresh-token-lifetime",
            "14d",
            c -> c.refresh().refreshTokenLifetime(),
            "PT336H"),
        row("http.connect-timeout", "500ms", c -> c.http().connectTimeout(), "PT0.5S"),
        row("http.read-timeout", "4s", c -> c.http().readTimeout(), "PT4S"),
        row("routes", "api", c -> c.routes().size(), "1"),
        row("route.api.path", "/bff/own", c -> route(c).path(), "/bff/own"),
        row(
            "route.api.target",
            "https://api.example.com/v1",
            c -> route(c).target(),
            "https://api.example.com/v1"),
        row("route.api.methods", "POST", c -> route(c).methods(), "[POST]"),
        row(
            "route.api.host",
            "App.example.com",
            c -> route(c).host().orElseThrow(),
            "app.example.com"),
        row("route.api.session", "optional", c -> route(c).access().sessionRequired(), "false"),
        row("route.api.token", "none", c -> route(c).access().token(), "NONE"),
        row(
            "route.api.audience",
            "https://api.example.com/",
            c -> route(c).access().audience().orElseThrow(),
            "https://api.example.com/"),
        row("route.api.scopes", "email", c -> route(c).access().scopes(), "[email]"),
        row("route.api.acr", "gold silver", c -> route(c).access().acrValues(), "[gold, silver]"),
        row("route.api.max-age", "15m", c -> route(c).access().maxAge().orElseThrow(), "PT15M"),
        row("route.api.idle-timeout", "5m", c -> route(c).limits().idleTimeout(), "PT5M"),
        row("route.api.concurrent", "100", c -> route(c).limits().concurrent(), "100"),
        row(
            "route.api.concurrent-per-session",
            "10",
            c -> route(c).limits().concurrentPerSession(),
            "10"),
        row(
            "route.api.request-headers",
            "X-Tenant",
            c -> route(c).crossing().requestFields(),
            "[x-tenant]"),
        row(
            "route.api.response-headers",
            "X-Total-Count",
            c -> route(c).crossing().responseFields(),
            "[x-total-count]"),
        row("route.api.cache", "upstream", c -> route(c).crossing().caching(), "true"),
        row("route.api.websocket", "false", c -> route(c).crossing().webSocket(), "false"),
        row("route.api.timeout", "7s", c -> route(c).limits().timeout(), "PT7S"),
        row("route.api.max-body", "64KB", c -> route(c).limits().maxBody(), "65536"),
        row(
            "api.audience",
            "https://api.example.com",
            c -> c.api().audience(),
            "https://api.example.com"),
        row(
            "api.issuer",
            "https://tokens.example.com",
            c -> c.api().issuer(),
            "https://tokens.example.com"),
        row(
            "api.jwks-uri",
            "https://keys.example.com/jwks?v=1",
            c -> c.api().jwksUri().orElseThrow(),
            "https://keys.example.com/jwks?v=1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyKey")
  void each_key_takes_effect(
      String key, String value, Function<GatehouseConfiguration, Object> where, String arrives) {
    GatehouseConfiguration read = withKeysOfTheApi().with(key, value).read();
    assertThat(where.apply(read)).hasToString(arrives);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyKey")
  void each_key_takes_effect_as_environment_variable(
      String key, String value, Function<GatehouseConfiguration, Object> where, String arrives) {
    Settings settings = withKeysOfTheApi().environment(Key.environmentForm(key), value);
    assertThat(where.apply(settings.read())).hasToString(arrives);
  }

  @Test
  void no_key_of_the_catalogue_is_left_out_above() {
    Set<String> covered = new TreeSet<>();
    everyKey().map(row -> ((String) row.get()[0]).replace(".api.", ".<id>.")).forEach(covered::add);
    covered.addAll(
        List.of("gatehouse.api.audience", "gatehouse.api.issuer", "gatehouse.api.jwks-uri"));
    // files, several providers and development have tests of their own
    Set<String> elsewhere =
        Set.of(
            "gatehouse.client-secret-file",
            "gatehouse.authorization-resource",
            "gatehouse.secret-file",
            "gatehouse.session.jdbc-password-file",
            "gatehouse.http.trust-certificates-file",
            "gatehouse.providers",
            "gatehouse.provider.<id>.name",
            // not at /bff, where every row above stands
            "gatehouse.route.<id>.cookies");
    for (Key key : Keys.all()) {
      if (!key.name().startsWith("gatehouse.development") && !elsewhere.contains(key.name())) {
        assertThat(covered).contains(key.name());
      }
    }
  }

  @Test
  void files_give_secrets_without_the_line_break_at_their_end(@TempDir Path folder)
      throws Exception {
    Path client = Files.writeString(folder.resolve("client"), "from a file\r\n\n");
    Path own =
        Files.writeString(folder.resolve("own"), OTHER_SECRET + "\n" + Settings.SECRET + "\n");
    Path database = Files.writeString(folder.resolve("database"), " keeps its spaces \n");
    GatehouseConfiguration read =
        Settings.production()
            .without("gatehouse.client-secret")
            .without("gatehouse.secret")
            .with("gatehouse.client-secret-file", client.toString())
            .with("gatehouse.secret-file", own.toString())
            .with("gatehouse.session.jdbc-user", "gatehouse")
            .with("gatehouse.session.jdbc-password-file", database.toString())
            .read();
    assertThat(client(read).clientSecret()).contains(Secret.of("from a file"));
    assertThat(read.secrets().newestFirst())
        .containsExactly(Secret.of(OTHER_SECRET), Secret.of(Settings.SECRET));
    assertThat(read.session().jdbcPassword()).contains(Secret.of(" keeps its spaces "));
  }

  @Test
  void several_secrets_stand_newest_first_in_any_spelling_of_base64() {
    String urlSafe = "_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_";
    GatehouseConfiguration read =
        Settings.production().with("gatehouse.secret", urlSafe + ", " + Settings.SECRET).read();
    assertThat(read.secrets().newestFirst())
        .containsExactly(
            Secret.of("/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+8="), Secret.of(Settings.SECRET));
  }

  @Test
  void certificates_come_from_a_pem_file() {
    GatehouseConfiguration read =
        Settings.production()
            .with("gatehouse.http.trust-certificates-file", resource("two-certificates.pem"))
            .read();
    assertThat(read.http().trustedCertificates()).hasSize(2);
  }

  @Test
  void several_providers_keep_their_order_and_their_own_settings() {
    GatehouseConfiguration read =
        Settings.twoProviders()
            .with("gatehouse.provider.work.name", "Work account")
            .with("gatehouse.provider.home.scopes", "openid")
            .environment("GATEHOUSE_PROVIDER_HOME_RESPONSE_MODE", "form_post")
            .read();
    assertThat(read.providers())
        .extracting(ProviderConfiguration::id)
        .containsExactly("work", "home");
    assertThat(read.providers())
        .extracting(ProviderConfiguration::name)
        .containsExactly("Work account", "home.example.com");
    ClientConfiguration home = read.provider("home").orElseThrow().client();
    assertThat(home.scopes()).containsExactly("openid");
    assertThat(home.responseMode()).isEqualTo(ResponseMode.FORM_POST);
    assertThat(home.clientSecret()).isEmpty();
    assertThat(read.provider("work").orElseThrow().client().responseMode())
        .isEqualTo(ResponseMode.QUERY);
    assertThat(read.api().issuer()).hasToString("https://work.example.com");
  }

  @Test
  void a_public_client_has_no_secret() {
    ClientConfiguration client =
        client(
            Settings.production()
                .without("gatehouse.client-secret")
                .with("gatehouse.client-auth-method", "none")
                .read());
    assertThat(client.tokenEndpointAuthMethod()).isEqualTo(AuthMethod.NONE);
    assertThat(client.clientSecret()).isEmpty();
  }

  @Test
  void further_resources_stand_beside_the_own_one() {
    ClientConfiguration client =
        client(
            Settings.production()
                .with("gatehouse.resource", "urn:own")
                .with("gatehouse.authorization-resource", "https://c.example urn:d")
                .read());
    assertThat(client.resources()).containsExactly("urn:own");
    assertThat(client.authorizationResources()).containsExactly("https://c.example", "urn:d");
  }

  @Test
  void the_audience_of_the_api_is_the_first_resource_asked_for() {
    GatehouseConfiguration read =
        Settings.production().with("gatehouse.resource", "https://api.example.com").read();
    assertThat(read.api().audience()).isEqualTo("https://api.example.com");
  }

  @Test
  void the_api_follows_the_provider_whose_issuer_it_names() {
    GatehouseConfiguration read =
        Settings.twoProviders()
            .with("gatehouse.api.issuer", "https://home.example.com")
            .with("gatehouse.provider.home.id-token-signed-response-alg", "ES256")
            .read();
    assertThat(read.api())
        .isEqualTo(
            new ApiConfiguration(
                URI.create("https://home.example.com"), "app-at-home", "ES256", Optional.empty()));
    assertThat(read.providerOf(read.api().issuer())).contains(read.providers().get(1));
  }

  @Test
  void the_tokens_of_a_foreign_issuer_are_signed_as_every_issuer_can() {
    GatehouseConfiguration read =
        Settings.production()
            .with("gatehouse.id-token-signed-response-alg", "ES256")
            .with("gatehouse.api.issuer", "https://tokens.example.com")
            .with("gatehouse.api.jwks-uri", "https://tokens.example.com/jwks")
            .read();
    assertThat(read.api().algorithm()).isEqualTo("RS256");
  }

  @Test
  void a_route_may_serve_a_whole_web_application_with_cookies_of_its_own() {
    RouteConfiguration site =
        route(
            Settings.production()
                .with("gatehouse.routes", "site")
                .with("gatehouse.route.site.path", "/")
                .with("gatehouse.route.site.target", "https://site.internal.example.com")
                .with("gatehouse.route.site.cookies", "JSESSIONID theme")
                .read());
    assertThat(site.isWebApplication()).isTrue();
    assertThat(site.crossing().cookies()).containsExactlyInAnyOrder("JSESSIONID", "theme");
  }

  @Test
  void whoever_may_get_may_ask_for_the_head() {
    GatehouseConfiguration read =
        Settings.production().with("gatehouse.route.api.methods", "GET").read();
    assertThat(route(read).methods()).containsExactlyInAnyOrder("GET", "HEAD");
  }

  @Test
  void the_default_route_follows_the_http_port_of_the_server() {
    GatehouseConfiguration read = Settings.production().environment("HTTP_PORT", "8081").read();
    assertThat(route(read).target()).hasToString("http://127.0.0.1:8081/api");
  }

  @Test
  void strict_transport_security_leaves_loopback_alone_unless_told() {
    Settings loopback = Settings.production().with("gatehouse.base-url", "https://localhost:9443");
    assertThat(loopback.read().strictTransportSecurity()).isFalse();
    assertThat(loopback.with("gatehouse.hsts", "on").read().strictTransportSecurity()).isTrue();
  }

  @Test
  void http_is_possible_on_loopback_when_asked_for_by_name() {
    for (String host : List.of("localhost", "127.0.0.1", "127.9.9.9", "[::1]")) {
      GatehouseConfiguration read =
          Settings.production()
              .with("gatehouse.base-url", "http://" + host + ":9080")
              .with("gatehouse.insecure-http", "true")
              .read();
      assertThat(read.baseUrl()).hasToString("http://" + host + ":9080");
      assertThat(read.insecureHttp()).isTrue();
      assertThat(read.strictTransportSecurity()).isFalse();
    }
  }

  @Test
  void a_loopback_issuer_may_speak_http() {
    assertThat(
            only(Settings.production().with("gatehouse.issuer", "http://127.0.0.1:8080/as").read())
                .issuer())
        .hasToString("http://127.0.0.1:8080/as");
  }

  @Test
  void addresses_to_register_follow_from_the_base_url() {
    GatehouseConfiguration read = Settings.production().read();
    assertThat(
            Stream.of(
                read.redirectUri(),
                read.postLogoutRedirectUri(),
                read.backChannelLogoutUri(),
                read.frontChannelLogoutUri()))
        .extracting(URI::toString)
        .containsExactly(
            "https://app.example.com/auth/callback",
            "https://app.example.com/auth/logged-out",
            "https://app.example.com/auth/backchannel-logout",
            "https://app.example.com/auth/frontchannel-logout");
  }

  @Test
  void reading_shows_no_secret() {
    assertThat(Settings.production().read().toString())
        .doesNotContain("s3cret-of-the-client")
        .doesNotContain(Settings.SECRET);
  }

  static String resource(String name) {
    return Path.of("src/test/resources/config", name).toAbsolutePath().toString();
  }

  /** For the row of the issuer: a foreign one needs its keys named. */
  private static Settings withKeysOfTheApi() {
    return Settings.production().with("gatehouse.api.jwks-uri", "https://login.example.com/jwks");
  }

  private static Arguments row(
      String key, String value, Function<GatehouseConfiguration, Object> where, String arrives) {
    return Arguments.of("gatehouse." + key, value, where, arrives);
  }

  private static ProviderConfiguration only(GatehouseConfiguration configuration) {
    assertThat(configuration.providers()).hasSize(1);
    return configuration.providers().get(0);
  }

  private static ClientConfiguration client(GatehouseConfiguration configuration) {
    return only(configuration).client();
  }

  private static RouteConfiguration route(GatehouseConfiguration configuration) {
    assertThat(configuration.routes()).hasSize(1);
    return configuration.routes().get(0);
  }
}
