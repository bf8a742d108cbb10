package io.gatehouse.session;

import io.gatehouse.oauth.Secret;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a row keeps sealed. Written as JSON whose members may grow: an older version of us ignores
 * what it does not know, so that nodes can be upgraded one by one.
 */
record SessionPayload(
    String subject,
    Optional<String> sid,
    Map<String, Object> claims,
    Tokens tokens,
    long accessTokenGeneration,
    List<ResourceGrant> resources,
    String userAgent,
    String ip) {
  // looked up once: finding a provider searches the class path
  private static final JsonProvider JSON = JsonProvider.provider();

  byte[] toBytes() {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("sub", subject)
            .add("claims", JSON.createObjectBuilder(claims))
            .add("access_token", tokens.accessToken().reveal())
            .add("access_token_lifetime", tokens.accessTokenLifetime().toMillis())
            .add("access_token_generation", accessTokenGeneration)
            .add("id_token", tokens.idToken().reveal())
            .add("scopes", JSON.createArrayBuilder(tokens.scopes()))
            .add("user_agent", userAgent)
            .add("ip", ip);
    sid.ifPresent(value -> json.add("sid", value));
    tokens.accessTokenExpiresAt().ifPresent(at -> json.add("access_token_expires_at", millis(at)));
    tokens.refreshToken().ifPresent(token -> json.add("refresh_token", token.reveal()));
    tokens
        .refreshTokenExpiresAt()
        .ifPresent(at -> json.add("refresh_token_expires_at", millis(at)));
    tokens.codeVerifier().ifPresent(verifier -> json.add("code_verifier", verifier.reveal()));
    if (!resources.isEmpty()) {
      json.add("resources", array(resources));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var writer = JSON.createWriter(bytes)) {
      writer.writeObject(json.build());
    }
    return bytes.toByteArray();
  }

  private static JsonArrayBuilder array(List<ResourceGrant> resources) {
    JsonArrayBuilder array = JSON.createArrayBuilder();
    for (ResourceGrant grant : resources) {
      JsonObjectBuilder json =
          JSON.createObjectBuilder()
              .add("resource", grant.resource().toString())
              .add("refused_until", millis(grant.refusedUntil()));
      grant
          .token()
          .ifPresent(
              token -> {
                json.add("access_token", token.value().reveal());
                token.expiresAt().ifPresent(at -> json.add("expires_at", millis(at)));
                json.add("lifetime", token.lifetime().toMillis());
                json.add("scopes", JSON.createArrayBuilder(token.scopes()));
                json.add("generation", token.generation());
              });
      array.add(json);
    }
    return array;
  }

  /**
   * @param generation of the row
   */
  static SessionPayload parse(byte[] bytes, long generation) {
    JsonObject json;
    try (var reader = JSON.createReader(new ByteArrayInputStream(bytes))) {
      json = reader.readObject();
    }
    Tokens tokens =
        new Tokens(
            Secret.of(json.getString("access_token")),
            instant(json, "access_token_expires_at"),
            Duration.ofMillis(json.getJsonNumber("access_token_lifetime").longValueExact()),
            text(json, "refresh_token").map(Secret::of),
            instant(json, "refresh_token_expires_at"),
            Secret.of(json.getString("id_token")),
            text(json, "code_verifier").map(Secret::of),
            Set.copyOf(json.getJsonArray("scopes").getValuesAs(JsonString::getString)));
    return new SessionPayload(
        json.getString("sub"),
        text(json, "sid"),
        object(json.getJsonObject("claims")),
        tokens,
        // an older version of us says nothing: it renews this one and no other
        number(json, "access_token_generation").orElse(generation),
        json.containsKey("resources")
            ? json.getJsonArray("resources").getValuesAs(SessionPayload::resourceGrant)
            : List.of(),
        json.getString("user_agent"),
        json.getString("ip"));
  }

  private static ResourceGrant resourceGrant(JsonValue value) {
    JsonObject json = value.asJsonObject();
    return new ResourceGrant(
        URI.create(json.getString("resource")),
        text(json, "access_token")
            .map(
                token ->
                    new AccessToken(
                        Secret.of(token),
                        instant(json, "expires_at"),
                        Duration.ofMillis(json.getJsonNumber("lifetime").longValueExact()),
                        Set.copyOf(json.getJsonArray("scopes").getValuesAs(JsonString::getString)),
                        json.getJsonNumber("generation").longValueExact())),
        instant(json, "refused_until").orElse(Instant.EPOCH));
  }

  private static long millis(Instant instant) {
    return instant.toEpochMilli();
  }

  private static Optional<Instant> instant(JsonObject json, String name) {
    return number(json, name).map(Instant::ofEpochMilli);
  }

  private static Optional<Long> number(JsonObject json, String name) {
    return Optional.ofNullable(json.getJsonNumber(name)).map(JsonNumber::longValueExact);
  }

  private static Optional<String> text(JsonObject json, String name) {
    return Optional.ofNullable(json.getJsonString(name)).map(JsonString::getString);
  }

  private static Map<String, Object> object(JsonObject json) {
    Map<String, Object> values = new LinkedHashMap<>();
    json.forEach((name, value) -> plain(value).ifPresent(known -> values.put(name, known)));
    return Map.copyOf(values);
  }

  /** JSON null is left out, as it was when the claims were first read. */
  private static Optional<Object> plain(JsonValue value) {
    return switch (value.getValueType()) {
      case NULL -> Optional.empty();
      case TRUE -> Optional.of(true);
      case FALSE -> Optional.of(false);
      case STRING -> Optional.of(((JsonString) value).getString());
      case NUMBER -> Optional.of(number((JsonNumber) value));
      case OBJECT -> Optional.of(object(value.asJsonObject()));
      case ARRAY ->
          Optional.of(
              value.asJsonArray().stream()
                  .map(SessionPayload::plain)
                  .flatMap(Optional::stream)
                  .collect(Collectors.collectingAndThen(Collectors.toList(), List::copyOf)));
    };
  }

  private static Object number(JsonNumber number) {
    BigDecimal exact = number.bigDecimalValue();
    try {
      return exact.longValueExact();
    } catch (ArithmeticException notALong) {
      return exact;
    }
  }

  @Override
  public String toString() {
    return "[session payload]";
  }
}
