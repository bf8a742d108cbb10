package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges a successful response of the token endpoint (RFC 6749 §5.1, security rule 13). */
final class TokenAnswerReader {
  /** Taken for the access token's lifetime when the provider does not say. */
  static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

  /** Shorter, zero and negative lifetimes count as this. */
  static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(1);

  /** Longer lifetimes of access tokens count as this. */
  static final Duration LONGEST_LIFETIME = Duration.ofDays(30);

  /** Longer lifetimes of refresh tokens count as this. */
  static final Duration LONGEST_REFRESH_LIFETIME = Duration.ofDays(365);

  private static final Set<String> TOKEN_TYPES = Set.of("bearer", "dpop");
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,65536}");
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+(?: +[!#-\\[\\]-~]+)*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(?:\\.[0-9]{1,9})?");

  private final Map<String, Object> members;

  private TokenAnswerReader(Map<String, Object> members) {
    this.members = members;
  }

  /** The answer broke a rule; the reason names the member and never its value. */
  static final class Refused extends Exception {
    Refused(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  static TokenAnswer read(Answer answer) throws Refused {
    Map<String, Object> members =
        answer.json().orElseThrow(() -> new Refused("the answer is not a strict JSON object"));
    return new TokenAnswerReader(members).read();
  }

  private TokenAnswer read() throws Refused {
    String type = String.valueOf(members.get("token_type")).toLowerCase(Locale.ROOT);
    if (!TOKEN_TYPES.contains(type)) {
      throw new Refused("token_type is not Bearer or DPoP");
    }
    return new TokenAnswer(
        token("access_token").orElseThrow(() -> new Refused("access_token is missing")),
        token("refresh_token"),
        token("id_token"),
        seconds("expires_in").map(TokenAnswerReader::clamped).orElse(DEFAULT_LIFETIME),
        refreshExpiresIn(),
        scopes());
  }

  /** Absent, null and empty are the same; anything else must be fit for a header. */
  private Optional<Secret> token(String name) throws Refused {
    Object value = members.get(name);
    if (value == null || value.equals("")) {
      return Optional.empty();
    }
    if (!(value instanceof String text) || !TOKEN.matcher(text).matches()) {
      throw new Refused(name + " is not a printable string");
    }
    return Optional.of(Secret.of(text));
  }

  /** A whole or broken number of seconds, or a string of one; anything else counts as absent. */
  private Optional<BigDecimal> seconds(String name) {
    @Nullable Object value = members.get(name);
    if (value instanceof String text && NUMBER.matcher(text).matches()) {
      return Optional.of(new BigDecimal(text));
    }
    return value instanceof Long whole
        ? Optional.of(BigDecimal.valueOf(whole))
        : value instanceof BigDecimal exact ? Optional.of(exact) : Optional.empty();
  }

  private static Duration clamped(BigDecimal seconds) {
    return seconds.compareTo(BigDecimal.valueOf(SHORTEST_LIFETIME.toSeconds())) < 0
        ? SHORTEST_LIFETIME
        : atMost(seconds, LONGEST_LIFETIME);
  }

  private static Duration atMost(BigDecimal seconds, Duration longest) {
    return seconds.compareTo(BigDecimal.valueOf(longest.toSeconds())) > 0
        ? longest
        : Duration.ofSeconds(seconds.longValue());
  }

  /** Keycloak says 0 for a refresh token without end, so 0 and less tell nothing. */
  private Optional<Duration> refreshExpiresIn() {
    return seconds("refresh_expires_in")
        .or(() -> seconds("refresh_token_expires_in"))
        .filter(seconds -> seconds.compareTo(BigDecimal.ONE) >= 0)
        .map(seconds -> atMost(seconds, LONGEST_REFRESH_LIFETIME));
  }

  private Optional<Set<String>> scopes() throws Refused {
    Object value = members.get("scope");
    if (value == null) {
      return Optional.empty();
    }
    if (value.equals("")) {
      // outside the grammar, but sent by oidc-provider for a token without any scope
      return Optional.of(Set.of());
    }
    if (!(value instanceof String text) || !SCOPE.matcher(text).matches()) {
      throw new Refused("scope is not a list of scope tokens");
    }
    return Optional.of(
        Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(text.split(" +")))));
  }
}
