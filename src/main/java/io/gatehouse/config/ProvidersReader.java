package io.gatehouse.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Reads who users may sign in with: one provider, several, or the embedded one. */
final class ProvidersReader {
  /** The id of a provider that is not one of several. */
  static final String ONLY = "default";

  private static final Set<Key> IDENTITY =
      Set.of(Keys.CLIENT_ID, Keys.CLIENT_SECRET, Keys.CLIENT_SECRET_FILE);

  private static final Map<Key, Key> EMBEDDED =
      Map.of(
          Keys.ISSUER, Keys.DEVELOPMENT_ISSUER,
          Keys.CLIENT_ID, Keys.DEVELOPMENT_CLIENT_ID,
          Keys.CLIENT_SECRET, Keys.DEVELOPMENT_CLIENT_SECRET);

  private final Values values;
  private final boolean isDevelopment;

  ProvidersReader(Values values, boolean isDevelopment) {
    this.values = values;
    this.isDevelopment = isDevelopment;
  }

  /** Whether the provider is the one in the development server. */
  boolean isEmbedded() {
    return isDevelopment && !values.isSet(Keys.ISSUER) && !values.isSet(Keys.PROVIDERS);
  }

  /** The ids of several providers, as far as they can be read. */
  List<String> ids() {
    return values.list(Keys.PROVIDERS, Parse::id).orElse(List.of());
  }

  /** The issuers of all of them; empty while one cannot be read, which is reported elsewhere. */
  Optional<Set<URI>> issuers(List<String> ids) {
    List<Key> keys = names(ids).stream().map(names -> names.apply(Keys.ISSUER)).toList();
    List<URI> issuers = keys.stream().flatMap(key -> issuer(key).stream()).toList();
    return issuers.isEmpty() || issuers.size() < keys.size()
        ? Optional.empty()
        : Optional.of(Set.copyOf(issuers));
  }

  /**
   * What a session can be granted at each of them: the scopes that all of them may be asked for.
   */
  Set<String> scopes(List<String> ids) {
    Set<String> common = new HashSet<>();
    boolean isFirst = true;
    for (UnaryOperator<Key> names : names(ids)) {
      Set<String> these = new HashSet<>(items(names.apply(Keys.SCOPES)));
      these.addAll(items(names.apply(Keys.OPTIONAL_SCOPES)));
      if (isFirst) {
        common.addAll(these);
      } else {
        common.retainAll(these);
      }
      isFirst = false;
    }
    return common;
  }

  private List<String> items(Key key) {
    return Values.items(values.raw(key).or(key::fallback).orElse(""));
  }

  /** For each provider, from a client key to the one to read. */
  private List<UnaryOperator<Key>> names(List<String> ids) {
    if (values.isSet(Keys.PROVIDERS)) {
      return ids.stream().<UnaryOperator<Key>>map(id -> key -> key.ofProvider(id)).toList();
    }
    return List.of(isEmbedded() ? this::embeddedName : UnaryOperator.identity());
  }

  Supplier<List<ProviderConfiguration>> read(List<String> ids) {
    if (values.isSet(Keys.PROVIDERS)) {
      return several(ids);
    }
    Supplier<ProviderConfiguration> only =
        isEmbedded() ? embedded() : new ClientReader(values, UnaryOperator.identity()).read(ONLY);
    return () -> List.of(only.get());
  }

  private Supplier<List<ProviderConfiguration>> several(List<String> ids) {
    refuseKeysOfOneProvider();
    checkDistinct(ids);
    List<Supplier<ProviderConfiguration>> providers = new ArrayList<>();
    for (String id : ids) {
      providers.add(new ClientReader(values, key -> key.ofProvider(id)).read(id));
    }
    return () -> providers.stream().map(Supplier::get).toList();
  }

  private void refuseKeysOfOneProvider() {
    for (Key key : Keys.CLIENT) {
      if (values.isSet(key)) {
        values
            .problems()
            .conflict(
                key,
                "is set beside gatehouse.providers, where it means nobody; move it to "
                    + key.ofProvider("<id>").name());
      }
    }
  }

  private void checkDistinct(List<String> ids) {
    Set<String> seen = new HashSet<>();
    Set<URI> issuers = new HashSet<>();
    for (String id : ids) {
      if (!seen.add(id)) {
        values.problems().conflict(Keys.PROVIDERS, "names " + id + " twice; keep one");
        continue;
      }
      Key key = Keys.ISSUER.ofProvider(id);
      Optional<URI> issuer = issuer(key);
      if (issuer.isPresent() && !issuers.add(issuer.get())) {
        values
            .problems()
            .conflict(
                key,
                "is the issuer of another provider too; a logout token could not tell which is"
                    + " meant");
      }
    }
  }

  private Optional<URI> issuer(Key key) {
    try {
      Optional<String> text = values.raw(key);
      return text.isPresent() ? Optional.of(Addresses.issuer(text.get())) : Optional.empty();
    } catch (Unusable reportedElsewhere) {
      return Optional.empty();
    }
  }

  private Supplier<ProviderConfiguration> embedded() {
    refuseHalfAClient();
    Supplier<ProviderConfiguration> provider =
        new ClientReader(values, this::embeddedName).read(ONLY);
    return () -> {
      ProviderConfiguration read = provider.get();
      return new ProviderConfiguration(
          ONLY,
          "Development provider",
          read.issuer(),
          read.client(),
          Set.of(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER));
    };
  }

  private Key embeddedName(Key key) {
    if (key.equals(Keys.SCOPES) && !values.isSet(key)) {
      return Keys.DEVELOPMENT_SCOPES.withFallback(Keys.SCOPES.fallback().orElseThrow());
    }
    if (key.equals(Keys.RESOURCE) && !values.isSet(key)) {
      return Keys.DEVELOPMENT_RESOURCE;
    }
    return EMBEDDED.getOrDefault(key, key);
  }

  /** A client without its issuer is a slip, not a wish for the embedded provider. */
  private void refuseHalfAClient() {
    for (Key key : IDENTITY) {
      if (values.isSet(key)) {
        values
            .problems()
            .conflict(
                key,
                "is set without gatehouse.issuer; set gatehouse.issuer too, or remove this to use"
                    + " the development provider");
      }
    }
    if (values.isSet(Keys.AUTHORIZATION_RESOURCE)) {
      values
          .problems()
          .conflict(
              Keys.AUTHORIZATION_RESOURCE,
              "names what the development provider does not know: it would refuse every sign-in;"
                  + " remove this, or set gatehouse.issuer");
    }
  }
}
