package io.gatehouse.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that an operator can set. {@code docs/configuration.md} repeats every field.
 *
 * @param name with {@code <id>} where a name of a route or provider goes
 * @param fallback used when nothing is set
 */
record Key(String name, Form form, Optional<String> fallback, String meaning) {
  static final String PREFIX = "gatehouse.";
  static final String ENVIRONMENT_PREFIX = "GATEHOUSE_";

  /** How a value is written. */
  enum Form {
    TEXT("text"),
    SECRET("secret"),
    FILE("file"),
    URL("URL"),
    DURATION("duration"),
    NUMBER("number"),
    SIZE("size"),
    SWITCH("`true`, `false`"),
    CHOICE("choice"),
    LIST("list");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** The key of one route or provider. */
  Key of(String id) {
    return new Key(name.replace("<id>", id), form, fallback, meaning);
  }

  /** This client key for one of several providers. */
  Key ofProvider(String id) {
    String suffix = name.substring(PREFIX.length());
    return new Key(PREFIX + "provider." + id + "." + suffix, form, fallback, meaning);
  }

  Key withFallback(String value) {
    return new Key(name, form, Optional.of(value), meaning);
  }

  /** Upper case, every other character an underscore (MicroProfile Config §5.3.1). */
  String environmentForm() {
    return environmentForm(name);
  }

  static String environmentForm(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
