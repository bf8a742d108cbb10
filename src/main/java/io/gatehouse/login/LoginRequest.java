package io.gatehouse.login;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.session.Session;
import io.gatehouse.web.AcrValues;
import io.gatehouse.web.LoginUrl;
import io.gatehouse.web.Origin;
import io.gatehouse.web.Parameters;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a login URL may ask for (rule 7): exactly these, each checked. Everything else of an
 * authorization request is ours alone.
 *
 * @param provider empty when people have to choose
 * @param scopes wanted in addition to the configured ones
 */
record LoginRequest(
    Optional<ProviderConfiguration> provider,
    ReturnTarget target,
    Set<String> scopes,
    Optional<String> prompt,
    Optional<Duration> maxAge,
    Optional<String> acrValues,
    Optional<String> loginHint,
    Optional<String> uiLocales) {
  private static final Set<String> PROMPTS = Set.of("none", "login", "consent", "select_account");
  private static final Pattern MAX_AGE = Pattern.compile("[0-9]{1,9}");
  private static final Pattern WORDS =
      Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x5B\\x5D-\\x7E]+)*");
  private static final Pattern LOCALES =
      Pattern.compile(
          "[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*( [A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*)*");
  private static final Pattern HINT = Pattern.compile("[^\\p{Cntrl}]{1,256}");
  private static final int MAX_LENGTH = 256;

  /** A login that a page asked for by being there. */
  static LoginRequest to(ReturnTarget target, Optional<ProviderConfiguration> provider) {
    return new LoginRequest(
        provider,
        target,
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * @param session that this browser has: more of it is to be had at its provider
   * @throws LoginRefused when a value is none that may be asked for
   */
  static LoginRequest read(
      Parameters parameters, GatehouseConfiguration configuration, Optional<Session> session) {
    Optional<ProviderConfiguration> provider =
        provider(parameters, configuration)
            .or(() -> session.flatMap(current -> upgrade(parameters, configuration, current)));
    return new LoginRequest(
        provider,
        target(parameters, configuration),
        scopes(parameters, configuration, provider, session),
        parameters.get("prompt").map(LoginRequest::prompt),
        matching(parameters, "max_age", MAX_AGE).map(Long::parseLong).map(Duration::ofSeconds),
        parameters.get("acr_values").map(LoginRequest::acrValues),
        matching(parameters, "login_hint", HINT),
        matching(parameters, "ui_locales", LOCALES));
  }

  /** The login URL that asks for the same at this provider. */
  String urlAt(ProviderConfiguration chosen) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("provider", chosen.id());
    query.put("return_to", target.path());
    if (!scopes.isEmpty()) {
      query.put("scope", String.join(" ", scopes));
    }
    prompt.ifPresent(value -> query.put("prompt", value));
    maxAge.ifPresent(value -> query.put("max_age", String.valueOf(value.toSeconds())));
    acrValues.ifPresent(value -> query.put("acr_values", value));
    loginHint.ifPresent(value -> query.put("login_hint", value));
    uiLocales.ifPresent(value -> query.put("ui_locales", value));
    return new LoginUrl(query).toString();
  }

  private static Optional<ProviderConfiguration> provider(
      Parameters parameters, GatehouseConfiguration configuration) {
    Optional<String> id = parameters.get("provider");
    Optional<String> issuer = parameters.get("iss");
    if (id.isEmpty() && issuer.isEmpty()) {
      return configuration.providers().size() == 1
          ? Optional.of(configuration.providers().get(0))
          : Optional.empty();
    }
    return Optional.of(
        configuration.providers().stream()
            .filter(provider -> id.map(provider.id()::equals).orElse(true))
            .filter(provider -> issuer.map(provider.issuer().toString()::equals).orElse(true))
            .findFirst()
            .orElseThrow(() -> refused("It names a provider that is not configured here.")));
  }

  /** Where nobody is named and more is asked for than a session: there is no choice. */
  private static Optional<ProviderConfiguration> upgrade(
      Parameters parameters, GatehouseConfiguration configuration, Session session) {
    return Stream.of("scope", "acr_values", "max_age").anyMatch(parameters::has)
        ? configuration.provider(session.provider())
        : Optional.empty();
  }

  /** {@code return_to} is ours; {@code target_link_uri} may spell out our own origin (§4). */
  private static ReturnTarget target(Parameters parameters, GatehouseConfiguration configuration) {
    Optional<String> returnTo = parameters.get("return_to");
    Optional<String> targetLink = parameters.get("target_link_uri");
    if (returnTo.isPresent() && targetLink.isPresent()) {
      throw refused("It names two places to return to.");
    }
    Optional<String> local =
        returnTo.or(() -> targetLink.map(link -> local(link, configuration.baseUrl())));
    return local.isEmpty()
        ? ReturnTarget.HOME
        : ReturnTarget.parse(local.get())
            .orElseThrow(
                () ->
                    new LoginRefused(
                        ErrorId.RETURN_TARGET_REFUSED,
                        "Only a plain path of this site can be returned to."));
  }

  private static String local(String link, URI baseUrl) {
    String origin = Origin.of(baseUrl);
    if (!link.startsWith(origin)) {
      return link;
    }
    String path = link.substring(origin.length());
    return path.isEmpty() ? "/" : path;
  }

  /** What was asked for, and what the session has already. */
  private static Set<String> scopes(
      Parameters parameters,
      GatehouseConfiguration configuration,
      Optional<ProviderConfiguration> provider,
      Optional<Session> session) {
    Set<String> wanted =
        matching(parameters, "scope", WORDS)
            .map(scope -> new LinkedHashSet<>(Arrays.asList(scope.split(" "))))
            .orElseGet(LinkedHashSet::new);
    if (!OptionalScopes.areOffered(configuration, wanted)
        || provider.filter(chosen -> !OptionalScopes.canGrant(chosen, wanted)).isPresent()) {
      throw refused("It asks for a scope that is not offered here.");
    }
    provider.ifPresent(chosen -> wanted.addAll(OptionalScopes.held(chosen, session)));
    return wanted;
  }

  private static String acrValues(String values) {
    if (!AcrValues.areAllowed(values)) {
      throw refused("Its parameter acr_values is not of the expected form.");
    }
    return values;
  }

  private static String prompt(String value) {
    Set<String> prompts = new LinkedHashSet<>(Arrays.asList(value.split(" ")));
    // OpenID Connect Core §3.1.2.1: none stands alone
    if (!PROMPTS.containsAll(prompts) || (prompts.contains("none") && prompts.size() > 1)) {
      throw refused("It asks for a prompt that does not exist.");
    }
    return String.join(" ", prompts);
  }

  private static Optional<String> matching(Parameters parameters, String name, Pattern grammar) {
    Optional<String> value = parameters.get(name);
    if (value.isPresent()
        && (value.get().length() > MAX_LENGTH || !grammar.matcher(value.get()).matches())) {
      throw refused("Its parameter " + name + " is not of the expected form.");
    }
    return value;
  }

  private static LoginRefused refused(String detail) {
    return new LoginRefused(ErrorId.LOGIN_PARAMETER_REFUSED, detail);
  }
}
