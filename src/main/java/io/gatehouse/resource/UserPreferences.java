package io.gatehouse.resource;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import org.jspecify.annotations.Nullable;

/**
 * What a user chose; {@code null} where nothing was chosen.
 *
 * @param locale a language tag (BCP 47)
 * @param timeZone a name of the time zone database
 */
record UserPreferences(
    @Nullable String displayName, @Nullable String locale, @Nullable String timeZone) {
  private static final JsonProvider JSON = JsonProvider.provider();

  static final UserPreferences NONE = new UserPreferences(null, null, null);

  JsonObject toJson() {
    return JSON.createObjectBuilder()
        .add("display_name", orNull(displayName))
        .add("locale", orNull(locale))
        .add("time_zone", orNull(timeZone))
        .build();
  }

  static JsonValue orNull(@Nullable String text) {
    return text == null ? JsonValue.NULL : JSON.createValue(text);
  }
}
