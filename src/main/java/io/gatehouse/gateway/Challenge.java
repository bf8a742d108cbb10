package io.gatehouse.gateway;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;

/**
 * What a protected resource wants of the token that it refused (RFC 6750 §3): wider scopes, or a
 * sign-in that was stronger or is younger (RFC 9470 §3).
 */
record Challenge(
    String error, Set<String> scopes, List<String> acrValues, Optional<Duration> maxAge) {
  private static final Challenge NONE = new Challenge("", Set.of(), List.of(), Optional.empty());
  private static final int MAX_LENGTH = 2048;
  private static final int MAX_VALUES = 5;
  private static final Pattern SCHEME =
      Pattern.compile("(?:Bearer|DPoP)[ ]+.*", Pattern.CASE_INSENSITIVE);
  // RFC 9110 §11.2: auth-param; the values asked for here never hold a quoted quote
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z_]{1,32})[ \\t]*=[ \\t]*(?:\"([!#-\\[\\]-~ ]*)\"|([!#-+./0-~-]+))");

  static Challenge of(Response answer) {
    return answer.getHeaders().getValuesList(HttpHeader.WWW_AUTHENTICATE).stream()
        .filter(value -> value.length() <= MAX_LENGTH && SCHEME.matcher(value).matches())
        .findFirst()
        .map(Challenge::parse)
        .orElse(NONE);
  }

  boolean isStepUp() {
    return error.equals("insufficient_user_authentication");
  }

  boolean isForScopes() {
    return error.equals("insufficient_scope") && !scopes.isEmpty();
  }

  private static Challenge parse(String value) {
    String error = "";
    List<String> scopes = List.of();
    List<String> acrValues = List.of();
    Optional<Duration> maxAge = Optional.empty();
    Matcher parameters = PARAMETER.matcher(value);
    while (parameters.find()) {
      String text = parameters.group(2) == null ? parameters.group(3) : parameters.group(2);
      switch (parameters.group(1)) {
        case "error" -> error = text;
        case "scope" -> scopes = words(text);
        case "acr_values" -> acrValues = words(text).stream().limit(MAX_VALUES).toList();
        case "max_age" -> maxAge = seconds(text);
        default -> {
          // realm, resource_metadata and what else there is
        }
      }
    }
    return new Challenge(error, scopes.stream().collect(Collectors.toSet()), acrValues, maxAge);
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  private static Optional<Duration> seconds(String text) {
    return text.matches("[0-9]{1,9}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }
}
