package io.gatehouse.config;

import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.config.ClientConfiguration.ResponseMode;
import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Reads one provider and what we are to it. */
final class ClientReader {
  private final Values values;
  private final UnaryOperator<Key> names;

  /**
   * @param names from a client key to the one to read: itself, or that of one of several providers
   */
  ClientReader(Values values, UnaryOperator<Key> names) {
    this.values = values;
    this.names = names;
  }

  /** The provider, once it is known that there are no problems. */
  Supplier<ProviderConfiguration> read(String id) {
    Optional<URI> issuer =
        values.require(
            names.apply(Keys.ISSUER),
            "write the issuer identifier of the authorization server: https://login.example.com",
            Addresses::issuer);
    Optional<String> name =
        id.equals(ProvidersReader.ONLY)
            ? Optional.empty()
            : values.read(Keys.PROVIDER_NAME.of(id), Parse::name);
    Supplier<ClientConfiguration> client = client();
    Optional<List<ProviderQuirk>> quirks =
        values.list(names.apply(Keys.PROVIDER_QUIRKS), Parse::quirk);
    return () ->
        new ProviderConfiguration(
            id,
            name.orElseGet(() -> issuer.orElseThrow().getHost()),
            issuer.orElseThrow(),
            client.get(),
            quirkSet(quirks.orElseThrow()));
  }

  private Supplier<ClientConfiguration> client() {
    Optional<String> clientId =
        values.require(
            names.apply(Keys.CLIENT_ID),
            "write the client identifier that the authorization server gave this application",
            Parse::printable);
    Optional<AuthMethod> method =
        values.read(names.apply(Keys.CLIENT_AUTH_METHOD), Parse::authMethod);
    Optional<Secret> secret = secret(method);
    Optional<List<String>> scopes = values.list(names.apply(Keys.SCOPES), Parse::scope);
    checkOpenId(scopes);
    Optional<List<String>> optional = values.list(names.apply(Keys.OPTIONAL_SCOPES), Parse::scope);
    Optional<List<String>> resources = values.list(names.apply(Keys.RESOURCE), Parse::resource);
    Optional<List<String>> named =
        values.list(
            names.apply(Keys.AUTHORIZATION_RESOURCE), text -> Parse.audience(text).toString());
    checkOwnResource(resources.orElseGet(List::of), named.orElseGet(List::of));
    Optional<String> algorithm = values.read(names.apply(Keys.ID_TOKEN_ALG), Parse::algorithm);
    Optional<ResponseMode> mode = values.read(names.apply(Keys.RESPONSE_MODE), Parse::responseMode);
    return () ->
        new ClientConfiguration(
            clientId.orElseThrow(),
            method.orElseThrow(),
            secret,
            new LinkedHashSet<>(scopes.orElseThrow()),
            new LinkedHashSet<>(optional.orElseThrow()),
            resources.orElseThrow(),
            named.orElseThrow(),
            algorithm.orElseThrow(),
            mode.orElseThrow());
  }

  private Optional<Secret> secret(Optional<AuthMethod> method) {
    Key key = names.apply(Keys.CLIENT_SECRET);
    Key file = names.apply(Keys.CLIENT_SECRET_FILE);
    Problems problems = values.problems();
    boolean isSet = values.isSet(key);
    if (isSet && values.isSet(file)) {
      problems.conflict(file, "is set beside " + key.name() + "; keep one of the two");
      return Optional.empty();
    }
    if (method.isEmpty()) {
      return Optional.empty();
    }
    boolean isPublic = method.get() == AuthMethod.NONE;
    if (isPublic && (isSet || values.isSet(file))) {
      problems.conflict(
          isSet ? key : file,
          "is set, but "
              + names.apply(Keys.CLIENT_AUTH_METHOD).name()
              + " is none, which uses no secret; remove one of the two");
      return Optional.empty();
    }
    if (!isPublic && !isSet && !values.isSet(file)) {
      problems.missing(
          key,
          "write the client secret, name its file in "
              + file.name()
              + ", or, for a public client, set "
              + names.apply(Keys.CLIENT_AUTH_METHOD).name()
              + " to none");
      return Optional.empty();
    }
    Optional<String> text = isSet ? values.raw(key) : values.read(file, TextFile::read);
    return text.flatMap(found -> values.parse(key, found, Parse::printable)).map(Secret::of);
  }

  private void checkOpenId(Optional<List<String>> scopes) {
    if (scopes.isPresent() && !scopes.get().contains("openid")) {
      values
          .problems()
          .unusable(
              names.apply(Keys.SCOPES),
              String.join(" ", scopes.get()),
              "openid must be among the scopes: without it nobody says who signed in");
    }
  }

  /** The session's own token goes up every route without an audience: it must be for no other. */
  private void checkOwnResource(List<String> own, List<String> named) {
    Key key = names.apply(Keys.AUTHORIZATION_RESOURCE);
    Key ownKey = names.apply(Keys.RESOURCE);
    if (own.isEmpty() && !named.isEmpty()) {
      values
          .problems()
          .missing(
              ownKey,
              "write what the session's own access token is for; else the provider may make it one for "
                  + key.name());
    }
    if (named.stream().anyMatch(own::contains)) {
      values
          .problems()
          .conflict(
              key,
              "names a resource that "
                  + ownKey.name()
                  + " names too; that one is named already, keep it there alone");
    }
  }

  private static Set<ProviderQuirk> quirkSet(List<ProviderQuirk> quirks) {
    Set<ProviderQuirk> set = EnumSet.noneOf(ProviderQuirk.class);
    set.addAll(quirks);
    return set;
  }
}
