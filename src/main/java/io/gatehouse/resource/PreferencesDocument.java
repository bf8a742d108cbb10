package io.gatehouse.resource;

import io.gatehouse.resource.Refused.FieldProblem;
import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"preferences": {…}}}, or the inner object alone, from an untrusted body. The whole
 * is replaced: a member left out is a choice taken back.
 */
final class PreferencesDocument {
  static final int MAX_BODY = 16 * 1024;
  static final int MAX_DISPLAY_NAME = 100;
  private static final int MAX_LOCALE = 35;

  private static final Set<String> MEMBERS = Set.of("display_name", "locale", "time_zone");
  private static final JsonReaderFactory JSON =
      Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

  private final JsonObject members;
  private final List<FieldProblem> problems = new ArrayList<>();

  private PreferencesDocument(JsonObject members) {
    this.members = members;
  }

  static UserPreferences read(@Nullable MediaType type, InputStream body) throws IOException {
    if (type == null || !MediaType.APPLICATION_JSON_TYPE.isCompatible(type) || isWild(type)) {
      throw Refused.because(Refusal.UNSUPPORTED_MEDIA_TYPE, "Send application/json.");
    }
    byte[] bytes = body.readNBytes(MAX_BODY + 1);
    if (bytes.length > MAX_BODY) {
      throw Refused.because(Refusal.BODY_TOO_LARGE, "At most 16 KB of preferences.");
    }
    return new PreferencesDocument(inner(parse(bytes))).validated();
  }

  private static boolean isWild(MediaType type) {
    return type.isWildcardType() || type.isWildcardSubtype();
  }

  private static JsonObject parse(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      refuseTrailing(text);
      try (JsonReader reader = JSON.createReader(new StringReader(text))) {
        return reader.readObject();
      }
    } catch (CharacterCodingException | RuntimeException notJson) {
      // the parser tells these faults apart by the kind of exception, and none of it matters here
      throw Refused.because(
          Refusal.MALFORMED_REQUEST, "Send one JSON object in UTF-8, no member twice.");
    }
  }

  /** The reader stops after the first value, whatever follows. */
  private static void refuseTrailing(String text) {
    try (JsonParser parser = Json.createParser(new StringReader(text))) {
      while (parser.hasNext()) {
        parser.next();
      }
    }
  }

  private static JsonObject inner(JsonObject document) {
    JsonValue preferences = document.get("preferences");
    if (preferences == null) {
      return document;
    }
    if (preferences instanceof JsonObject object && document.size() == 1) {
      return object;
    }
    throw Refused.fields(
        List.of(new FieldProblem("preferences", "must be an object, with nothing beside it")));
  }

  private UserPreferences validated() {
    if (!MEMBERS.containsAll(members.keySet())) {
      problems.add(
          new FieldProblem(
              "preferences", "has only the members display_name, locale and time_zone"));
    }
    UserPreferences chosen =
        new UserPreferences(
            field("display_name", PreferencesDocument::displayNameProblem),
            field("locale", PreferencesDocument::localeProblem),
            field("time_zone", PreferencesDocument::timeZoneProblem));
    if (!problems.isEmpty()) {
      throw Refused.fields(problems);
    }
    return chosen;
  }

  private @Nullable String field(String name, Function<String, @Nullable String> problemOf) {
    JsonValue value = members.getOrDefault(name, JsonValue.NULL);
    if (value == JsonValue.NULL) {
      return null;
    }
    String problem = "must be a string or null";
    if (value instanceof JsonString text) {
      problem = problemOf.apply(text.getString());
      if (problem == null) {
        return text.getString();
      }
    }
    problems.add(new FieldProblem(name, problem));
    return null;
  }

  private static @Nullable String displayNameProblem(String name) {
    int length = name.codePointCount(0, name.length());
    if (name.isBlank() || length > MAX_DISPLAY_NAME) {
      return "must have 1 to " + MAX_DISPLAY_NAME + " characters, not only spaces";
    }
    return name.codePoints().allMatch(PreferencesDocument::isPrintable)
        ? null
        : "must have printable characters only, on one line";
  }

  /** Joiners shape many scripts and emoji; other format characters can turn text around. */
  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      case Character.FORMAT -> character == 0x200C || character == 0x200D;
      default -> true;
    };
  }

  private static @Nullable String localeProblem(String tag) {
    try {
      String language = new Locale.Builder().setLanguageTag(tag).build().getLanguage();
      // longer primary subtags are well-formed, but none is registered (RFC 5646 §2.2.1)
      if (tag.length() <= MAX_LOCALE && (language.length() == 2 || language.length() == 3)) {
        return null;
      }
    } catch (IllformedLocaleException e) {
      // said below
    }
    return "must be a language tag (BCP 47) such as en or de-AT";
  }

  private static @Nullable String timeZoneProblem(String zone) {
    return ZoneId.getAvailableZoneIds().contains(zone)
        ? null
        : "must be a time zone name such as Europe/Vienna";
  }
}
