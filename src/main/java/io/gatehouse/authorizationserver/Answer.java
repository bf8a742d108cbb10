package io.gatehouse.authorizationserver;

import io.gatehouse.token.StrictJson;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What came back on the back channel: bounded, whole, and not yet believed. */
record Answer(int status, Map<String, List<String>> headers, byte[] body) {
  private static final Pattern JSON_TYPE =
      Pattern.compile(
          "application/(?:[a-z0-9!#$&^_.+-]+\\+)?json[ \\t]*(?:;.*)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern DELAY_SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  boolean isOk() {
    return status == 200;
  }

  boolean isServerError() {
    return status >= 500 || status == 429;
  }

  /** The JSON object in the body; empty when media type or body is anything else. */
  Optional<Map<String, Object>> json() {
    return header("Content-Type").filter(type -> JSON_TYPE.matcher(type).matches()).isPresent()
        ? StrictJson.object(body)
        : Optional.empty();
  }

  boolean hasMediaType(String type) {
    return header("Content-Type")
        .map(value -> value.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals(type))
        .orElse(false);
  }

  /** {@code Retry-After} (RFC 9110 §10.2.3) between one second and an hour. */
  Optional<Duration> retryAfter() {
    return header("Retry-After").flatMap(this::delay).map(Answer::bounded);
  }

  private Optional<Duration> delay(String value) {
    Matcher seconds = DELAY_SECONDS.matcher(value);
    if (seconds.matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    // a date is meant by the provider's clock, which its own Date header tells
    return header("Date")
        .flatMap(Answer::httpDate)
        .flatMap(now -> httpDate(value).map(then -> Duration.between(now, then)));
  }

  private static Optional<ZonedDateTime> httpDate(String value) {
    try {
      return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration delay) {
    if (delay.compareTo(SHORTEST_WAIT) < 0) {
      return SHORTEST_WAIT;
    }
    return delay.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : delay;
  }

  /** The value of a header that came exactly once. */
  private Optional<String> header(String name) {
    return headers.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .findFirst()
        .filter(entry -> entry.getValue().size() == 1)
        .map(entry -> entry.getValue().get(0));
  }
}
