package io.gatehouse.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/**
 * Refuses what is set under our prefix and means nothing: a setting that is silently ignored is how
 * protections go missing.
 */
final class UnknownKeys {
  /** A cluster puts these into the environment of every container when a service has our name. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "GATEHOUSE_(?:.+_)?(?:SERVICE_(?:HOST|PORT(?:_.+)?)|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_.+)?)?)");

  private static final Pattern LATER =
      Pattern.compile("gatehouse\\.(?:provider\\.[^.]+\\.)?client-key-file");

  private final List<String> names = new ArrayList<>();
  private final Set<String> environmentForms = new HashSet<>();

  UnknownKeys(List<String> providers, List<String> routes) {
    for (Key key : Keys.all()) {
      if (!key.name().contains("<id>")) {
        names.add(key.name());
      }
    }
    for (String id : providers) {
      Keys.CLIENT.forEach(key -> names.add(key.ofProvider(id).name()));
      names.add(Keys.PROVIDER_NAME.of(id).name());
    }
    for (String id : routes) {
      Keys.ROUTE.forEach(key -> names.add(key.of(id).name()));
    }
    names.forEach(name -> environmentForms.add(Key.environmentForm(name)));
  }

  void report(Config config, Problems problems) {
    Set<String> listed = new TreeSet<>();
    config.getPropertyNames().forEach(listed::add);
    for (String name : listed) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean isVariable = lower.startsWith("gatehouse_");
      if (isVariable ? isUnknownVariable(name) : isUnknownProperty(name, lower, listed)) {
        problems.unknown(name, message(name, isVariable));
      }
    }
  }

  private boolean isUnknownVariable(String name) {
    return !environmentForms.contains(Key.environmentForm(name))
        && !SERVICE_LINK.matcher(name).matches();
  }

  private boolean isUnknownProperty(String name, String lower, Set<String> listed) {
    // implementations list a variable a second time as a guessed property: judged once is enough
    return lower.startsWith(Key.PREFIX)
        && !names.contains(name)
        && !listed.contains(Key.environmentForm(name));
  }

  private String message(String name, boolean isVariable) {
    if (LATER.matcher(name).matches()) {
      return "this version does not have this key yet; remove it";
    }
    Optional<String> nearest = Nearest.to(name, names);
    String suggestion =
        nearest
            .map(known -> "did you mean " + (isVariable ? Key.environmentForm(known) : known) + "?")
            .orElse("remove it, or see docs/configuration.md for the keys there are");
    String lower = name.toLowerCase(Locale.ROOT).replace('_', '.');
    if (lower.startsWith("gatehouse.provider.")) {
      return "no provider listed in gatehouse.providers has this key; " + suggestion;
    }
    if (lower.startsWith("gatehouse.route.")) {
      return "no route listed in gatehouse.routes has this key; " + suggestion;
    }
    return "there is no such key; " + suggestion;
  }
}
