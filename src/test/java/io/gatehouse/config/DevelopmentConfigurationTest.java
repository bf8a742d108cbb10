package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.config.ConfigurationProblems.Problem;
import io.gatehouse.oauth.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentConfigurationTest {
  @TempDir Path folder;
  private Path keyStore;
  private Path secretFile;

  @BeforeEach
  void makeFiles() throws Exception {
    keyStore = folder.resolve("key.p12");
    secretFile = folder.resolve("data").resolve("secret");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    byte[] pem =
        Files.readAllBytes(Path.of(ConfigurationReaderTest.resource("two-certificates.pem")));
    store.setCertificateEntry(
        "default",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    try (OutputStream out = Files.newOutputStream(keyStore)) {
      store.store(out, "changeit".toCharArray());
    }
  }

  @Test
  void nothing_needs_to_be_set() {
    GatehouseConfiguration read = development().read();

    assertThat(read.development()).isTrue();
    assertThat(read.embeddedProvider()).isTrue();
    assertThat(read.baseUrl()).hasToString("https://localhost:9443");
    assertThat(read.strictTransportSecurity()).isFalse();
    assertThat(read.http().trustedCertificates()).hasSize(1);
    ProviderConfiguration provider = read.provider("default").orElseThrow();
    assertThat(provider.name()).isEqualTo("Development provider");
    assertThat(provider.issuer()).hasToString("https://127.0.0.1:9443/oidc/endpoint/OP");
    assertThat(provider.has(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER)).isTrue();
    ClientConfiguration client = provider.client();
    assertThat(client.clientId()).isEqualTo("gatehouse");
    assertThat(client.clientSecret()).contains(Secret.of("development-only"));
    assertThat(client.scopes()).containsExactly("openid", "read", "write");
    assertThat(read.api().audience()).isEqualTo("gatehouse-api");
  }

  @Test
  void the_embedded_provider_tells_the_keys_of_its_issuer_and_of_no_other() {
    Settings settings =
        development().with("gatehouse.api.issuer", "https://127.0.0.1:9443/oidc/endpoint/OP");
    assertThat(settings.problems()).isEmpty();
    assertThat(
            settings
                .with("gatehouse.api.issuer", "https://tokens.example.com")
                .problemAt("gatehouse.api.jwks-uri"))
        .startsWith("is not set");
  }

  @Test
  void the_secret_is_made_once_and_kept_for_its_owner_alone() throws Exception {
    Secret first = development().read().secrets().newestFirst().get(0);
    Secret second = development().read().secrets().newestFirst().get(0);

    assertThat(second).isEqualTo(first);
    assertThat(first.reveal()).hasSize(44);
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secretFile)))
          .isEqualTo("rw-------");
    }
    Files.delete(secretFile);
    assertThat(development().read().secrets().newestFirst().get(0)).isNotEqualTo(first);
  }

  @Test
  void a_spoilt_secret_file_is_named() throws Exception {
    development().read();
    Files.writeString(secretFile, "short");
    assertThat(development().problemAt("gatehouse.development.secret-file"))
        .contains("openssl rand -base64 32");
  }

  @Test
  void own_settings_that_do_not_name_a_provider_apply_to_the_embedded_one() {
    GatehouseConfiguration read =
        development()
            .environment("GATEHOUSE_BASE_URL", "https://localhost:8443")
            .with("gatehouse.scopes", "openid email")
            .with("gatehouse.optional-scopes", "write")
            .with("gatehouse.response-mode", "form_post")
            .with("gatehouse.secret", Settings.SECRET)
            .read();
    assertThat(read.baseUrl()).hasToString("https://localhost:8443");
    ClientConfiguration client = read.providers().get(0).client();
    assertThat(client.scopes()).containsExactly("openid", "email");
    assertThat(client.optionalScopes()).containsExactly("write");
    assertThat(client.responseMode()).isEqualTo(ResponseMode.FORM_POST);
    assertThat(read.secrets().newestFirst()).containsExactly(Secret.of(Settings.SECRET));
  }

  @Test
  void with_an_issuer_nothing_of_the_embedded_client_leaks_in() {
    GatehouseConfiguration read =
        development()
            .environment("GATEHOUSE_ISSUER", "http://127.0.0.1:8080")
            .environment("GATEHOUSE_CLIENT_ID", "app")
            .environment("GATEHOUSE_CLIENT_SECRET", "own")
            .environment("GATEHOUSE_BASE_URL", "https://localhost:9443")
            .read();
    assertThat(read.embeddedProvider()).isFalse();
    assertThat(read.http().trustedCertificates()).isEmpty();
    ProviderConfiguration provider = read.providers().get(0);
    assertThat(provider.issuer()).hasToString("http://127.0.0.1:8080");
    assertThat(provider.name()).isEqualTo("127.0.0.1");
    assertThat(provider.quirks()).isEmpty();
    assertThat(provider.client().clientId()).isEqualTo("app");
    assertThat(provider.client().scopes())
        .containsExactly("openid", "profile", "email", "offline_access");
    assertThat(provider.client().resources()).isEmpty();
    assertThat(read.api().audience()).isEqualTo("app");
  }

  @Test
  void with_an_issuer_a_missing_client_is_a_problem() {
    assertThat(development().with("gatehouse.issuer", "https://login.example.com").problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder("gatehouse.client-id", "gatehouse.client-secret");
  }

  @Test
  void a_client_without_an_issuer_is_a_slip() {
    assertThat(
            development()
                .with("gatehouse.client-id", "app")
                .with("gatehouse.client-secret", "own")
                .problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder("gatehouse.client-id", "gatehouse.client-secret");
  }

  @Test
  void several_providers_take_the_place_of_the_embedded_one() {
    Settings settings =
        development()
            .with("gatehouse.providers", "work")
            .with("gatehouse.provider.work.issuer", "https://work.example.com")
            .with("gatehouse.provider.work.client-id", "app")
            .with("gatehouse.provider.work.client-secret", "own");
    GatehouseConfiguration read = settings.read();
    assertThat(read.embeddedProvider()).isFalse();
    assertThat(read.providers()).extracting(ProviderConfiguration::id).containsExactly("work");
  }

  @Test
  void without_the_switch_the_other_development_keys_do_nothing() {
    assertThat(development().without("gatehouse.development").problems())
        .extracting(Problem::key)
        .contains("gatehouse.issuer", "gatehouse.base-url", "gatehouse.secret");
  }

  @Test
  void an_incomplete_development_include_is_named() {
    Settings settings = Settings.none().with("gatehouse.development", "true");
    assertThat(settings.problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "gatehouse.development.issuer",
            "gatehouse.development.client-id",
            "gatehouse.development.client-secret",
            "gatehouse.development.base-url",
            "gatehouse.development.secret-file");
  }

  @Test
  void a_key_store_that_stays_away_is_named() {
    Path none = folder.resolve("none.p12");
    assertThatThrownBy(
            () -> DevelopmentFiles.certificates(none.toString(), "changeit", Duration.ZERO))
        .isInstanceOf(Unusable.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(
            () -> DevelopmentFiles.certificates(keyStore.toString(), "wrong", Duration.ZERO))
        .isInstanceOf(Unusable.class);
  }

  /** Open Liberty refuses the whole sign-in for a resource that it does not know. */
  @Test
  void the_development_provider_is_named_no_further_resources() {
    assertThat(
            development()
                .with("gatehouse.authorization-resource", "https://orders.example")
                .problemAt("gatehouse.authorization-resource"))
        .contains("would refuse every sign-in");
  }

  @Test
  void a_key_store_that_the_server_is_still_making_is_waited_for() throws Exception {
    Path late = folder.resolve("late.p12");
    Thread server =
        new Thread(
            () -> {
              try {
                Files.writeString(folder.resolve("half"), "half a key store");
                Files.move(folder.resolve("half"), late);
                Files.copy(keyStore, folder.resolve("whole"));
                Files.move(folder.resolve("whole"), late, StandardCopyOption.REPLACE_EXISTING);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    server.start();
    assertThat(DevelopmentFiles.certificates(late.toString(), "changeit", Duration.ofSeconds(20)))
        .hasSize(1);
    server.join();
  }

  private Settings development() {
    return Settings.none()
        .with("gatehouse.development", "true")
        .with("https.port", "9443")
        .with("gatehouse.development.issuer", "https://127.0.0.1:${https.port}/oidc/endpoint/OP")
        .with("gatehouse.development.base-url", "https://localhost:${https.port}")
        .with("gatehouse.development.client-id", "gatehouse")
        .with("gatehouse.development.client-secret", "development-only")
        .with("gatehouse.development.scopes", "openid read write")
        .with("gatehouse.development.resource", "gatehouse-api")
        .with("gatehouse.development.trust-keystore-file", keyStore.toString())
        .with("gatehouse.development.trust-keystore-password", "changeit")
        .with("gatehouse.development.secret-file", secretFile.toString());
  }
}
