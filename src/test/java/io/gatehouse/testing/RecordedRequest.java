package io.gatehouse.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived.
 *
 * @param headers by lower-case name
 * @param body as text, exactly
 */
public record RecordedRequest(
    Endpoint endpoint,
    String method,
    @Nullable String query,
    Map<String, List<String>> headers,
    String body) {

  public List<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** All values by parameter name, of the body for POST and of the query otherwise. */
  public Map<String, List<String>> parameters() {
    return parse(method.equals("POST") ? body : query);
  }

  /** The value of a parameter that came exactly once, or null. */
  public @Nullable String parameter(String name) {
    List<String> values = parameters().getOrDefault(name, List.of());
    return values.size() == 1 ? values.get(0) : null;
  }

  static Map<String, List<String>> parse(@Nullable String encoded) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : encoded == null || encoded.isEmpty() ? new String[0] : encoded.split("&")) {
      String[] parts = pair.split("=", 2);
      parameters
          .computeIfAbsent(decode(parts[0]), name -> new ArrayList<>())
          .add(parts.length == 2 ? decode(parts[1]) : "");
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
