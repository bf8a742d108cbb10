package io.gatehouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
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
  private final Set<String> variables = new HashSet<>();
  private final List<String> routes;

  UnknownKeys(List<String> providers, List<String> routes) {
    this.routes = routes;
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
    for (String name : names) {
      // as MicroProfile Config §5.3.1 looks for them; any other spelling is not read
      variables.add(Key.environmentForm(name));
      variables.add(name.replaceAll("[^a-z0-9]", "_"));
    }
  }

  void report(Config config, Problems problems) {
    Set<String> listed = new TreeSet<>();
    config.getPropertyNames().forEach(listed::add);
    Set<String> environmentForms = new HashSet<>();
    listed.stream()
        .filter(UnknownKeys::isVariable)
        .map(Key::environmentForm)
        .forEach(environmentForms::add);
    for (String name : listed) {
      boolean isVariable = isVariable(name);
      if (isVariable ? isUnknownVariable(name) : isUnknownProperty(name, environmentForms)) {
        problems.unknown(name, message(name, isVariable));
      }
    }
  }

  private static boolean isVariable(String name) {
    return name.toUpperCase(Locale.ROOT).startsWith(Key.ENVIRONMENT_PREFIX);
  }

  private boolean isUnknownVariable(String name) {
    return !variables.contains(name) && !SERVICE_LINK.matcher(name).matches();
  }

  private boolean isUnknownProperty(String name, Set<String> environmentForms) {
    // implementations list a variable a second time as a guessed property: judged once is enough
    return name.toLowerCase(Locale.ROOT).startsWith(Key.PREFIX)
        && !names.contains(name)
        && !environmentForms.contains(Key.environmentForm(name));
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
      return "no route listed in gatehouse.routes has this key; "
          + unlistedRoute(name).map(id -> toList(id, isVariable)).orElse("")
          + suggestion;
    }
    return "there is no such key; " + suggestion;
  }

  private static String toList(String route, boolean isVariable) {
    String key = isVariable ? Keys.ROUTES.environmentForm() : Keys.ROUTES.name();
    return "to have one, add " + route + " to " + key + "; or else ";
  }

  /** The route that this would be a key of, were it listed. */
  private Optional<String> unlistedRoute(String name) {
    String hyphens = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
    return Keys.ROUTE.stream()
        .map(key -> key.name().replaceAll("[^a-z<>-]", "-").replace("<id>", "(.+)"))
        .map(form -> Pattern.compile(form).matcher(hyphens))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .min(Comparator.comparingInt(String::length)) // idle-timeout ends in timeout, too
        .filter(id -> !routes.contains(id));
  }
}
