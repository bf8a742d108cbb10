package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupNotesTest {
  @Test
  void production_prints_what_to_register_and_nothing_alarming() {
    assertThat(StartupNotes.of(Settings.production().read()))
        .containsExactly(
            "Gatehouse: https://app.example.com/",
            "  provider                 default https://login.example.com",
            "To register at the provider:",
            "  redirect URI             https://app.example.com/auth/callback",
            "  post-logout redirect URI https://app.example.com/auth/logged-out",
            "  back-channel logout URI  https://app.example.com/auth/backchannel-logout",
            "  front-channel logout URI https://app.example.com/auth/frontchannel-logout");
  }

  @Test
  void every_provider_is_listed() {
    assertThat(StartupNotes.of(Settings.twoProviders().read()))
        .contains(
            "  provider                 work https://work.example.com",
            "  provider                 home https://home.example.com");
  }

  @Test
  void insecure_http_is_said_loudly() {
    assertThat(
            StartupNotes.of(
                Settings.production()
                    .with("gatehouse.base-url", "http://localhost:9080")
                    .with("gatehouse.insecure-http", "true")
                    .read()))
        .anyMatch(line -> line.startsWith("WARNING: gatehouse.insecure-http is on."));
  }

  @Test
  void development_names_its_users_while_the_embedded_provider_is_used(@TempDir Path folder) {
    Settings settings =
        Settings.none()
            .with("gatehouse.development", "true")
            .with("gatehouse.development.issuer", "https://127.0.0.1:9443/oidc/endpoint/OP")
            .with("gatehouse.development.base-url", "https://localhost:9443")
            .with("gatehouse.development.client-id", "gatehouse")
            .with("gatehouse.development.client-secret", "development-only")
            .with("gatehouse.development.secret-file", folder.resolve("secret").toString());
    assertThat(StartupNotes.of(settings.read()))
        .anyMatch(line -> line.contains("alice, password alice; bob, password bob"))
        .anyMatch(line -> line.contains("https://127.0.0.1:9443/oidc/endpoint/OP"))
        .noneMatch(line -> line.contains("development-only"))
        .noneMatch(line -> line.startsWith("WARNING"));

    settings
        .with("gatehouse.issuer", "https://login.example.com")
        .with("gatehouse.client-id", "app")
        .with("gatehouse.client-secret", "own");
    assertThat(StartupNotes.of(settings.read()))
        .noneMatch(line -> line.contains("alice"))
        .anyMatch(line -> line.startsWith("WARNING: gatehouse.development is on"));
  }

  @Test
  void a_database_over_a_network_without_tls_is_said_once_and_without_its_address() {
    Settings settings =
        Settings.production()
            .with("gatehouse.session.jdbc-url", "jdbc:postgresql://db/g?user=app&password=s3cret");
    assertThat(StartupNotes.of(settings.read()))
        .filteredOn(line -> line.startsWith("WARNING"))
        .anyMatch(line -> line.contains("gatehouse.session.jdbc-url"))
        .anyMatch(line -> line.contains("sslmode=verify-full"))
        .noneMatch(line -> line.contains("s3cret"));

    settings.with("gatehouse.session.jdbc-url", "jdbc:postgresql://db/g?sslmode=verify-full");
    assertThat(StartupNotes.of(settings.read())).noneMatch(line -> line.startsWith("WARNING"));
  }

  @Test
  void no_line_holds_a_secret() {
    assertThat(String.join("\n", StartupNotes.of(Settings.production().read())))
        .doesNotContain("s3cret-of-the-client")
        .doesNotContain(Settings.SECRET);
  }
}
