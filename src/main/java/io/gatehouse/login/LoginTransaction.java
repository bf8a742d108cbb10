package io.gatehouse.login;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ReturnTarget;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * One attempt to sign in, from authorization request to response (decision D3): what the callback
 * must know and nobody may change.
 *
 * @param id random, so that no two are alike
 * @param issuer of the provider asked, as the request went out
 * @param attempt 0, or 1 after the one automatic restart
 * @param browser hash of the login cookie it belongs to
 * @param replaces hash of the session that this browser had at the start; the callback comes from
 *     another site and so without the Strict cookie
 * @param scopes asked for in addition to the configured ones
 */
record LoginTransaction(
    String id,
    String provider,
    URI issuer,
    URI redirectUri,
    ReturnTarget target,
    Instant startedAt,
    int attempt,
    String browser,
    Optional<String> replaces,
    Set<String> scopes,
    Optional<String> prompt,
    Optional<Duration> maxAge,
    Optional<String> acrValues) {
  /** How long a person may take at the provider. */
  static final Duration LIFE = Duration.ofMinutes(30);

  /** How long a used state is known as used; security needs {@link #LIFE} of it. */
  static final Duration REMEMBERED = LIFE.multipliedBy(2);

  boolean isExpiredAt(Instant now) {
    // at the very instant it is over
    return !now.isBefore(startedAt.plus(LIFE));
  }

  /** Whether nobody can tell any more if it was used. */
  boolean isForgottenAt(Instant now) {
    // used at the start, it is known until then at least
    return !now.isBefore(startedAt.plus(REMEMBERED));
  }

  boolean isRestart() {
    return attempt > 0;
  }

  /** The login URL's wish, as far as the transaction remembers it. */
  LoginRequest asRequest(Optional<ProviderConfiguration> asked) {
    return new LoginRequest(
        asked, target, scopes, prompt, maxAge, acrValues, Optional.empty(), Optional.empty());
  }

  byte[] toBytes() {
    JsonObjectBuilder json =
        Json.createObjectBuilder()
            .add("id", id)
            .add("p", provider)
            .add("i", issuer.toString())
            .add("r", redirectUri.toString())
            .add("t", target.path())
            .add("at", startedAt.toEpochMilli())
            .add("n", attempt)
            .add("b", browser);
    replaces.ifPresent(value -> json.add("s", value));
    if (!scopes.isEmpty()) {
      json.add("sc", String.join(" ", scopes));
    }
    prompt.ifPresent(value -> json.add("pr", value));
    maxAge.ifPresent(value -> json.add("ma", value.toSeconds()));
    acrValues.ifPresent(value -> json.add("acr", value));
    return json.build().toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads what {@link #toBytes()} wrote; empty when another version of us wrote it. */
  static Optional<LoginTransaction> read(byte[] bytes) {
    try (JsonReader reader = Json.createReader(new ByteArrayInputStream(bytes))) {
      JsonObject json = reader.readObject();
      return Optional.of(
          new LoginTransaction(
              json.getString("id"),
              json.getString("p"),
              URI.create(json.getString("i")),
              URI.create(json.getString("r")),
              new ReturnTarget(json.getString("t")),
              Instant.ofEpochMilli(json.getJsonNumber("at").longValueExact()),
              json.getInt("n"),
              json.getString("b"),
              text(json, "s"),
              text(json, "sc")
                  .map(scope -> Set.copyOf(Arrays.asList(scope.split(" "))))
                  .orElse(Set.of()),
              text(json, "pr"),
              Optional.ofNullable(json.getJsonNumber("ma"))
                  .map(age -> Duration.ofSeconds(age.longValueExact())),
              text(json, "acr")));
    } catch (JsonException
        | NullPointerException
        | ClassCastException
        | ArithmeticException
        | IllegalArgumentException otherVersion) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject json, String name) {
    return Optional.ofNullable(json.getString(name, null));
  }
}
