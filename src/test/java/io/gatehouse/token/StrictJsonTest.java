package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"{}\"",
        "{",
        "{}}",
        "{} {}",
        "{}x",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":null,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":[{\"b\":1,\"b\":1}]}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":[null]}",
        "{\"a\":\"\t\"}",
        "{\"a\":1}//",
        "\uFEFF{}"
      })
  void anything_but_one_strict_object_is_refused(String text) {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void depth_is_bounded() {
    assertThat(read("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}")).isPresent();
    assertThat(read("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}")).isEmpty();
    assertThat(read("{\"a\":".repeat(100_000))).isEmpty();
  }

  @Test
  void numbers_are_exact_and_bounded() {
    assertThat(read("{\"a\":1700000000,\"b\":-1,\"c\":1.5,\"d\":1e3,\"e\":1234567890123456789012}"))
        .contains(
            Map.of(
                "a",
                1_700_000_000L,
                "b",
                -1L,
                "c",
                new BigDecimal("1.5"),
                "d",
                new BigDecimal("1e3"),
                "e",
                new BigDecimal("1234567890123456789012")));
    assertThat(read("{\"a\":" + "9".repeat(41) + "}")).isEmpty();
    assertThat(read("{\"a\":" + "9".repeat(100_000) + "}")).isEmpty();
  }

  @Test
  void null_members_count_as_absent() {
    assertThat(read("{\"a\":null,\"b\":[true,false,\"x\"]}"))
        .contains(Map.of("b", List.of(true, false, "x")));
  }

  @Test
  void bytes_that_are_not_utf_8_are_refused() {
    assertThat(StrictJson.object("{\"a\":\"ä\"}".getBytes(StandardCharsets.UTF_8))).isPresent();
    assertThat(StrictJson.object("{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
    assertThat(StrictJson.object("{}".getBytes(StandardCharsets.UTF_16))).isEmpty();
  }

  private static Optional<Map<String, Object>> read(String text) {
    return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
  }
}
