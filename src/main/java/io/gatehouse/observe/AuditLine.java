package io.gatehouse.observe;

import io.gatehouse.oauth.ErrorId;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The text of one event: {@code key=value} pairs that a machine can split and no value can forge.
 */
final class AuditLine {
  private static final int MAX_VALUE = 256;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/@+-]{1,128}");

  private AuditLine() {}

  static String of(SecurityEvent event) {
    StringBuilder line = new StringBuilder("event=").append(nameOf(event));
    for (RecordComponent component : event.getClass().getRecordComponents()) {
      line.append(' ').append(snake(component.getName())).append('=');
      line.append(quote(text(valueOf(event, component))));
    }
    return line.toString();
  }

  /** The event and its error id: what may be counted, of a bounded number. */
  static String kindOf(SecurityEvent event) {
    for (RecordComponent component : event.getClass().getRecordComponents()) {
      if (component.getType() == ErrorId.class) {
        return nameOf(event) + "/" + text(valueOf(event, component));
      }
    }
    return nameOf(event);
  }

  static String nameOf(SecurityEvent event) {
    return snake(event.getClass().getSimpleName());
  }

  private static Object valueOf(SecurityEvent event, RecordComponent component) {
    try {
      return component.getAccessor().invoke(event);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("components of a public record can be read", e);
    }
  }

  private static String text(Object value) {
    if (value instanceof ErrorId error) {
      return error.code();
    }
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  private static String quote(String value) {
    if (PLAIN.matcher(value).matches()) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    value
        .chars()
        .limit(MAX_VALUE)
        .forEach(
            character -> {
              if (character == '"' || character == '\\') {
                quoted.append('\\').append((char) character);
              } else if (character >= ' ' && character <= '~') {
                quoted.append((char) character);
              } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", character));
              }
            });
    return quoted.append(value.length() > MAX_VALUE ? "...\"" : "\"").toString();
  }

  private static String snake(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
