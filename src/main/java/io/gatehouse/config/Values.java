package io.gatehouse.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Reads single keys. A value that cannot be used is reported and reads as empty. */
final class Values {
  private final Config config;
  private final Problems problems;
  private final Set<String> brokenReferences = new HashSet<>();

  /** From text to meaning, or the reason why not. */
  interface Parser<T> {
    T parse(String text) throws Unusable;
  }

  Values(Config config, Problems problems) {
    this.config = config;
    this.problems = problems;
  }

  Problems problems() {
    return problems;
  }

  /** Whether the operator wrote something, usable or not. */
  boolean isSet(Key key) {
    return raw(key).isPresent() || brokenReferences.contains(key.name());
  }

  /** What is set, or the key's fallback. */
  <T> Optional<T> read(Key key, Parser<T> parser) {
    Optional<String> text = raw(key);
    return brokenReferences.contains(key.name())
        ? Optional.empty()
        : text.or(key::fallback).flatMap(found -> parse(key, found, parser));
  }

  /** As {@link #read} for a key without fallback: what is set, if anything; empty: unusable. */
  <T> Optional<Optional<T>> optional(Key key, Parser<T> parser) {
    Optional<T> read = read(key, parser);
    return read.isPresent() || !isSet(key) ? Optional.of(read) : Optional.empty();
  }

  /** As {@link #read}, and it is a problem when neither is there. */
  <T> Optional<T> require(Key key, String advice, Parser<T> parser) {
    if (!isSet(key) && key.fallback().isEmpty()) {
      problems.missing(key, advice);
    }
    return read(key, parser);
  }

  /** Items separated by spaces or commas; none when nothing is set; empty when one is unusable. */
  <T> Optional<List<T>> list(Key key, Parser<T> parser) {
    Optional<String> text = raw(key);
    if (brokenReferences.contains(key.name())) {
      return Optional.empty();
    }
    List<String> items = items(text.or(key::fallback).orElse(""));
    List<T> parsed = new ArrayList<>();
    for (String item : items) {
      parse(key, item, parser).ifPresent(parsed::add);
    }
    return parsed.size() == items.size() ? Optional.of(parsed) : Optional.empty();
  }

  <T> Optional<T> parse(Key key, String text, Parser<T> parser) {
    try {
      return Optional.of(parser.parse(text));
    } catch (Unusable e) {
      problems.unusable(key, text, e.expectation());
      return Optional.empty();
    }
  }

  /** What is set and not blank, as it is. */
  Optional<String> raw(Key key) {
    ConfigValue found = config.getConfigValue(key.name());
    @Nullable String written = found.getRawValue();
    @Nullable String expanded = found.getValue();
    if (written != null && !written.contains("${") && key.form() == Key.Form.SECRET) {
      // expansion turns $$ into $ even where nothing is referred to: never in a secret
      expanded = written;
    }
    if (expanded == null && written != null && brokenReferences.add(key.name())) {
      problems.brokenReference(key);
    }
    return Optional.ofNullable(expanded).filter(text -> !text.isBlank());
  }

  static List<String> items(String text) {
    return Arrays.stream(text.split("[\\s,]+")).filter(item -> !item.isEmpty()).toList();
  }
}
