package io.gatehouse.token;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that somebody else wrote: one object, no name twice in any object, bounded depth,
 * strict UTF-8. Two readers of one token must never see different values (RFC 8725 §2.4).
 */
public final class StrictJson {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_DIGITS = 40;
  private static final int DIGITS_OF_LONG = 18;
  private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

  private final JsonParser parser;

  private StrictJson(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The members of the object, unmodifiable and in order; empty when the bytes are anything else.
   * Values are String, Boolean, Long, BigDecimal, and unmodifiable List and Map of these; a member
   * that is null is left out.
   */
  public static Optional<Map<String, Object>> object(byte[] json) {
    try (JsonParser parser = PARSERS.createParser(new StringReader(utf8(json)))) {
      return Optional.of(new StrictJson(parser).document());
    } catch (Malformed | JsonException | NoSuchElementException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private Map<String, Object> document() throws Malformed {
    if (!parser.hasNext() || parser.next() != JsonParser.Event.START_OBJECT) {
      throw new Malformed();
    }
    Map<String, Object> document = members(1);
    if (parser.hasNext()) {
      throw new Malformed();
    }
    return document;
  }

  private Map<String, Object> members(int depth) throws Malformed {
    Map<String, Object> members = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    while (parser.next() != JsonParser.Event.END_OBJECT) {
      String name = parser.getString();
      if (!names.add(name)) {
        throw new Malformed();
      }
      Object value = value(parser.next(), depth);
      if (value != null) {
        members.put(name, value);
      }
    }
    return Collections.unmodifiableMap(members);
  }

  private List<Object> elements(int depth) throws Malformed {
    List<Object> elements = new ArrayList<>();
    for (JsonParser.Event event = parser.next();
        event != JsonParser.Event.END_ARRAY;
        event = parser.next()) {
      Object value = value(event, depth);
      if (value == null) {
        throw new Malformed();
      }
      elements.add(value);
    }
    return Collections.unmodifiableList(elements);
  }

  private @Nullable Object value(JsonParser.Event event, int depth) throws Malformed {
    if (depth == MAX_DEPTH
        && (event == JsonParser.Event.START_OBJECT || event == JsonParser.Event.START_ARRAY)) {
      throw new Malformed();
    }
    return switch (event) {
      case START_OBJECT -> members(depth + 1);
      case START_ARRAY -> elements(depth + 1);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER -> number();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new Malformed();
    };
  }

  private Number number() throws Malformed {
    String digits = parser.getString();
    if (digits.length() > MAX_DIGITS) {
      throw new Malformed();
    }
    BigDecimal exact = new BigDecimal(digits);
    boolean isLong = exact.scale() == 0 && exact.precision() <= DIGITS_OF_LONG;
    return isLong ? (Number) exact.longValue() : exact;
  }

  private static final class Malformed extends Exception {
    Malformed() {
      super(null, null, false, false);
    }
  }
}
