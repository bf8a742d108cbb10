package io.gatehouse.architecture;

import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Instances of records whose every secret is {@link #MARK}. */
final class Samples {
  static final String MARK = "THIS-MUST-NEVER-BE-PRINTED-000000000000000A";

  private Samples() {}

  /** Empty where a component is of a kind that is not known here. */
  static Optional<Object> of(Class<?> record) {
    try {
      RecordComponent[] components = record.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = value(components[i].getGenericType());
      }
      Constructor<?> constructor = record.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values));
    } catch (ReflectiveOperationException | IllegalArgumentException unknownKind) {
      return Optional.empty();
    }
  }

  private static Object value(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == Optional.class) {
        return Optional.of(value(arguments[0]));
      }
      if (generic.getRawType() == List.class) {
        return List.of(value(arguments[0]));
      }
      if (generic.getRawType() == Set.class) {
        return Set.of(value(arguments[0]));
      }
      if (generic.getRawType() == Map.class) {
        return Map.of();
      }
    }
    if (type instanceof Class<?> plain) {
      return value(plain);
    }
    throw new IllegalArgumentException(type.getTypeName());
  }

  private static Object value(Class<?> type) {
    if (type == Secret.class) {
      return Secret.of(MARK);
    }
    if (type == SessionId.class) {
      return SessionId.parse(MARK.replace("-", "_")).orElseThrow();
    }
    if (type == String.class) {
      return "openid";
    }
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class || type == long.class) {
      return 1;
    }
    if (type == URI.class) {
      return URI.create("https://app.example.com");
    }
    if (type == Duration.class) {
      return Duration.ofMinutes(1);
    }
    if (type == Instant.class) {
      return Instant.EPOCH;
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type.isRecord()) {
      return of(type).orElseThrow(() -> new IllegalArgumentException(type.getName()));
    }
    throw new IllegalArgumentException(type.getName());
  }
}
