package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.config.ConfigurationProblems.Problem;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;

/** Settings of a test, read by the implementation of MicroProfile Config that the server has. */
final class Settings {
  static final String SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private final Map<String, String> properties = new TreeMap<>();
  private final Map<String, String> environment = new TreeMap<>();

  static Settings none() {
    return new Settings();
  }

  /** The least that a production server needs. */
  static Settings production() {
    return none()
        .with("gatehouse.base-url", "https://app.example.com")
        .with("gatehouse.issuer", "https://login.example.com")
        .with("gatehouse.client-id", "app")
        .with("gatehouse.client-secret", "s3cret-of-the-client")
        .with("gatehouse.secret", SECRET);
  }

  /** Several providers in place of the one. */
  static Settings twoProviders() {
    Settings settings = production().without("gatehouse.issuer");
    settings.without("gatehouse.client-id").without("gatehouse.client-secret");
    return settings
        .with("gatehouse.providers", "work, home")
        .with("gatehouse.provider.work.issuer", "https://work.example.com")
        .with("gatehouse.provider.work.client-id", "app-at-work")
        .with("gatehouse.provider.work.client-secret", "secret-at-work")
        .with("gatehouse.provider.home.issuer", "https://home.example.com")
        .with("gatehouse.provider.home.client-id", "app-at-home")
        .with("gatehouse.provider.home.client-auth-method", "none");
  }

  Settings with(String key, String value) {
    properties.put(key, value);
    return this;
  }

  Settings without(String key) {
    properties.remove(key);
    return this;
  }

  Settings environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Config config() {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(new EnvConfigSource(environment, 300))
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .build();
  }

  GatehouseConfiguration read() {
    return new ConfigurationReader(config(), "/app/api.js"::equals).read();
  }

  List<Problem> problems() {
    ConfigurationProblems thrown = catchThrowableOfType(ConfigurationProblems.class, () -> read());
    return thrown == null ? List.of() : thrown.problems();
  }

  /** The message of the one problem there is, which must be at the key. */
  String problemAt(String key) {
    assertThat(problems()).extracting(Problem::key).containsExactly(key);
    return problems().get(0).message();
  }
}
