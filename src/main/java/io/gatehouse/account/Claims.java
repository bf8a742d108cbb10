package io.gatehouse.account;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The claims about a user (OpenID Connect Core §5.1) as JSON. */
final class Claims {
  private static final JsonProvider JSON = JsonProvider.provider();

  private Claims() {}

  static JsonValue text(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof String text ? JSON.createValue(text) : JsonValue.NULL;
  }

  static JsonValue json(@Nullable Object claim) {
    if (claim instanceof Map<?, ?> object) {
      JsonObjectBuilder json = JSON.createObjectBuilder();
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      object.forEach((name, value) -> sorted.put(String.valueOf(name), value));
      sorted.forEach((name, value) -> json.add(name, json(value)));
      return json.build();
    }
    if (claim instanceof Iterable<?> array) {
      JsonArrayBuilder json = JSON.createArrayBuilder();
      array.forEach(element -> json.add(json(element)));
      return json.build();
    }
    if (claim instanceof Boolean truth) {
      return truth ? JsonValue.TRUE : JsonValue.FALSE;
    }
    if (claim instanceof Number number) {
      return JSON.createValue(new BigDecimal(number.toString()));
    }
    return claim == null ? JsonValue.NULL : JSON.createValue(claim.toString());
  }
}
