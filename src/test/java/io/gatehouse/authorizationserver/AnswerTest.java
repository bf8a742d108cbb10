package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=utf-8",
        "application/json ; charset=UTF-8",
        "Application/JSON",
        "application/problem+json",
        "application/jwk-set+json"
      })
  void json_is_json_by_its_media_type(String type) {
    assertThat(answer(Map.of("Content-Type", List.of(type))).json()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "text/json",
        "text/plain",
        "application/jsonp",
        "application/json+zip",
        "application/jwt",
        "x-application/json",
        "application/+json"
      })
  void nothing_else_is(String type) {
    assertThat(answer(Map.of("Content-Type", List.of(type))).json()).isEmpty();
  }

  @Test
  void no_media_type_or_two_is_not_json() {
    assertThat(answer(Map.of()).json()).isEmpty();
    assertThat(
            answer(Map.of("Content-Type", List.of("application/json", "application/json"))).json())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7",
        "0 | 1",
        "3600 | 3600",
        "3601 | 3600",
        "999999999 | 3600",
        "Sun, 01 Mar 2026 12:01:00 GMT | 60",
        "Sun, 01 Mar 2026 11:00:00 GMT | 1"
      })
  void retry_after_is_seconds_or_a_date_within_limits(String value, long seconds) {
    assertThat(retryAfter(value)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "soon", "1.5", "9999999999", "", "Sun, 31 Feb 2026 12:01:00 GMT"})
  void any_other_retry_after_is_none(String value) {
    assertThat(
            answer(
                    Map.of(
                        "Retry-After",
                        List.of(value),
                        "Date",
                        List.of("Sun, 01 Mar 2026 12:00:00 GMT")))
                .retryAfter())
        .isEmpty();
  }

  private static Duration retryAfter(String value) {
    return answer(
            Map.of("retry-after", List.of(value), "date", List.of("Sun, 01 Mar 2026 12:00:00 GMT")))
        .retryAfter()
        .orElseThrow();
  }

  private static Answer answer(Map<String, List<String>> headers) {
    return new Answer(200, headers, "{}".getBytes(StandardCharsets.UTF_8));
  }
}
