package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/gatehouse",
        "jdbc:postgresql://db.example.com:5432/gatehouse",
        "jdbc:postgresql://192.0.2.1",
        "jdbc:postgresql://[2001:db8::1]:5432/gatehouse",
        "jdbc:postgresql://localhost.example.com/gatehouse",
        "jdbc:postgresql://localhost,db/gatehouse",
        "jdbc:postgresql://localhost:1,db:2/gatehouse",
        "jdbc:postgresql://db/gatehouse?user=app&password=sslmode",
        "jdbc:postgresql://db/gatehouse?nosslmode=require",
        "jdbc:postgresql://db/sslmode=require",
        "jdbc:postgresql://db/gatehouse?sslrootcert=/ca.pem",
        "jdbc:postgresql://db/gatehouse?ssl=false",
      })
  void over_a_network_without_a_word_of_tls_it_may(String url) {
    assertThat(DatabaseAddress.mayGoInTheClear(url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/gatehouse?sslmode=verify-full",
        "jdbc:postgresql://db/gatehouse?sslmode=disable",
        "jdbc:postgresql://db/gatehouse?user=app&sslmode=require&x=y",
        "jdbc:postgresql://db/gatehouse?ssl=true",
        "jdbc:postgresql://db/gatehouse?ssl",
        "jdbc:postgresql://localhost/gatehouse",
        "jdbc:postgresql://LOCALHOST:5433/gatehouse?user=app",
        "jdbc:postgresql://127.0.0.1,[::1]:5432/gatehouse",
        "jdbc:postgresql:///gatehouse",
        "jdbc:postgresql:gatehouse",
        "jdbc:h2:file:/var/lib/gatehouse",
      })
  void where_tls_was_chosen_or_not_or_nothing_leaves_the_machine_it_is_meant(String url) {
    assertThat(DatabaseAddress.mayGoInTheClear(url)).isFalse();
  }
}
