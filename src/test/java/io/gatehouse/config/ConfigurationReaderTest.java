package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigurationReaderTest {
  @Test
  void five_settings_are_enough_for_production() {
    GatehouseConfiguration read = Settings.production().read();
    assertThat(read.baseUrl()).hasToString("https://app.example.com");
  }
}
