package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

  @Test
  void values_are_decoded() {
    Parameters parameters = Parameters.parse("a=b+c%20d&e=%C3%A9%26&f=&g").orElseThrow();

    assertThat(parameters.get("a")).contains("b c d");
    assertThat(parameters.get("e")).contains("\u00e9&");
    assertThat(parameters.get("f")).contains("");
    assertThat(parameters.get("g")).contains("");
    assertThat(parameters.get("h")).isEmpty();
    assertThat(parameters.has("g")).isTrue();
  }

  @Test
  void no_query_is_no_parameters() {
    assertThat(Parameters.parse(null)).isPresent();
    assertThat(Parameters.parse("")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1&a=2",
        "a=1&%61=1",
        "a&a",
        "a=%",
        "a=%4",
        "a=%zz",
        "a=%c0%af",
        "a=%ff",
        "a=%ed%a0%80"
      })
  void a_parameter_twice_or_broken_encoding_is_refused(String encoded) {
    assertThat(Parameters.parse(encoded)).isEmpty();
  }
}
