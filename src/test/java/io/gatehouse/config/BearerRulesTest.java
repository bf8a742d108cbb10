package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerRulesTest {
  private final BearerRules rules = new BearerRules();

  @AfterEach
  void hide() {
    BearerRules.hide();
  }

  @Test
  void a_token_nobody_showed_is_invisible_to_the_container() {
    assertThat(rules.getValue("mp.jwt.token.header")).isEqualTo("Cookie");
    assertThat(rules.getValue("mp.jwt.token.cookie")).hasSizeGreaterThan(30);
    assertThat(rules.getValue("mp.jwt.verify.publickey")).isNull();
  }

  @Test
  void a_shown_token_is_checked_against_the_keys_it_was_shown_with_and_no_others() {
    show();

    assertThat(rules.getValue("mp.jwt.token.header")).isEqualTo("Authorization");
    assertThat(rules.getValue("mp.jwt.verify.issuer")).isEqualTo("https://as.example");
    assertThat(rules.getValue("mp.jwt.verify.audiences")).isEqualTo("gatehouse-api");
    assertThat(rules.getValue("mp.jwt.verify.publickey")).isEqualTo("{\"keys\":[]}");
  }

  /** Empty is the same as not there (MicroProfile Config), but ends the search. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mp.jwt.verify.publickey.location",
        "mp.jwt.decrypt.key.location",
        "mp.jwt.decrypt.key.algorithm",
        "mp.jwt.verify.token.age",
        "mp.jwt.verify.clock.skew",
        "mp.jwt.token.cookie"
      })
  void no_rule_comes_from_the_environment(String name) {
    show();

    assertThat(rules.getValue(name)).isEmpty();
  }

  @Test
  void what_one_request_shows_no_other_request_sees() {
    show();

    String elsewhere =
        CompletableFuture.supplyAsync(() -> String.valueOf(rules.getValue("mp.jwt.token.header")))
            .join();

    assertThat(elsewhere).isEqualTo("Cookie");
  }

  @Test
  void hiding_takes_everything_back() {
    show();

    BearerRules.hide();

    assertThat(rules.getValue("mp.jwt.verify.issuer")).isNull();
  }

  @Test
  void the_container_finds_it_and_asks_it_first() {
    assertThat(ServiceLoader.load(ConfigSource.class)).hasOnlyElementsOfType(BearerRules.class);
    assertThat(rules.getOrdinal()).isGreaterThan(600);
    assertThat(rules.getPropertyNames()).isEmpty();
  }

  private static void show() {
    BearerRules.show(URI.create("https://as.example"), "gatehouse-api", "RS256", "{\"keys\":[]}");
  }
}
