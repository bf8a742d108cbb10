package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.LogoutTokenValidator.Expectation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One row or more for each {@link Rule} of a logout token: the lie, and the rule that catches it.
 */
class LogoutTokenRulesTest {
  private static final String ISSUER = "https://as.example";
  private static final String CLIENT = "gatehouse";
  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final RSAKey KEY = SigningKeys.rsa("k1");
  private static final RSAKey WEAK = SigningKeys.rsa("weak", 1024);
  private static final RSAKey STRANGER = SigningKeys.rsa("k1");
  private static final Expectation EXPECTED =
      new Expectation(
          URI.create(ISSUER),
          CLIENT,
          "RS256",
          new StaticKeySet(new JWKSet(List.of(KEY.toPublicJWK(), WEAK.toPublicJWK()))));

  /** Rules of an ID token that a logout token has no use for. */
  private static final Set<Rule> OF_ID_TOKENS_ONLY =
      Set.of(
          Rule.TYPE,
          Rule.NONCE,
          Rule.ACR,
          Rule.AUTH_TIME,
          Rule.ACCESS_TOKEN_HASH,
          Rule.PURPOSE,
          Rule.REFRESH_ISSUER,
          Rule.REFRESH_SUBJECT,
          Rule.REFRESH_NONCE);

  private final MutableClock clock = MutableClock.atWholeSecond();
  private final Instant start = clock.instant();
  private final LogoutTokenValidator validator = new LogoutTokenValidator(clock, SKEW);

  private record Row(Rule rule, String lie, UnaryOperator<TokenBuilder> tell) {
    @Override
    public String toString() {
      return rule + ": " + lie;
    }
  }

  private static Row row(Rule rule, String lie, UnaryOperator<TokenBuilder> tell) {
    return new Row(rule, lie, tell);
  }

  private static Row claim(Rule rule, String name, Object value) {
    return row(rule, name + " = " + value, token -> token.claim(name, value));
  }

  private static Row missing(Rule rule, String name) {
    return row(rule, "no " + name, token -> token.without(name));
  }

  static Stream<Row> rows() {
    return Stream.of(signed(), claims()).flatMap(List::stream);
  }

  private static List<Row> signed() {
    return List.of(
        row(Rule.COMPACT_FORM, "two parts", t -> t.compact(c -> c.substring(0, c.indexOf('.')))),
        row(Rule.NOT_ENCRYPTED, "five parts", t -> t.compact(c -> c + ".YQ.YQ")),
        row(
            Rule.STRICT_JSON,
            "sub twice",
            t -> t.claimsJson(json -> json.replace("{\"iss\"", "{\"sub\":\"bob\",\"iss\""))),
        row(Rule.NO_CRITICAL_HEADER, "crit", t -> t.header("crit", List.of("exp"))),
        row(
            Rule.NO_KEY_IN_HEADER,
            "jwk of the stranger who signed",
            t -> t.header("jwk", STRANGER.toPublicJWK().toJSONObject()).secretlySignedBy(STRANGER)),
        row(Rule.LOGOUT_TYPE, "an access token", t -> t.header("typ", "at+jwt")),
        row(Rule.NO_SHARED_KEY, "HS256", t -> t.algorithm(JWSAlgorithm.HS256)),
        row(
            Rule.NO_SHARED_KEY,
            "unsigned",
            t -> t.header("alg", "none").compact(c -> c.substring(0, c.lastIndexOf('.') + 1))),
        row(Rule.ALGORITHM, "PS256", t -> t.algorithm(JWSAlgorithm.PS256)),
        row(Rule.KEY_KNOWN, "unknown kid", t -> t.header("kid", "k2")),
        row(Rule.KEY_STRONG, "1024 bits", t -> t.key(WEAK)),
        row(Rule.SIGNATURE, "by a stranger", t -> t.secretlySignedBy(STRANGER)));
  }

  private static List<Row> claims() {
    long now = MutableClock.atWholeSecond().instant().getEpochSecond();
    return List.of(
        claim(Rule.ISSUER, "iss", ISSUER + "/"),
        missing(Rule.AUDIENCE, "aud"),
        claim(Rule.AUDIENCE, "aud", "another"),
        claim(Rule.AUDIENCE_TRUSTED, "aud", List.of(CLIENT, "another")),
        claim(Rule.AUTHORIZED_PARTY, "azp", "another"),
        missing(Rule.EXPIRY, "exp"),
        claim(Rule.EXPIRY, "exp", now - 30),
        missing(Rule.ISSUED_AT, "iat"),
        claim(Rule.ISSUED_AT, "iat", now + 31),
        claim(Rule.LOGOUT_RECENT, "iat", now - 3630),
        claim(Rule.NOT_BEFORE, "nbf", now + 31),
        claim(Rule.SUBJECT, "sub", ""),
        claim(Rule.SUBJECT, "sub", List.of("alice")),
        claim(Rule.SESSION_ID, "sid", 1),
        row(Rule.LOGOUT_WHO, "neither", t -> t.without("sub").without("sid")),
        missing(Rule.LOGOUT_EVENTS, "events"),
        claim(Rule.LOGOUT_EVENTS, "events", EVENT),
        claim(Rule.LOGOUT_EVENTS, "events", List.of(EVENT)),
        claim(Rule.LOGOUT_EVENTS, "events", Map.of(EVENT, true)),
        claim(Rule.LOGOUT_EVENTS, "events", Map.of("http://other", Map.of())),
        missing(Rule.LOGOUT_JWT_ID, "jti"),
        claim(Rule.LOGOUT_JWT_ID, "jti", ""),
        claim(Rule.LOGOUT_JWT_ID, "jti", 1),
        claim(Rule.LOGOUT_NO_NONCE, "nonce", "n"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_token_that_breaks_a_rule_is_refused_by_its_name(Row row) {
    Secret token = row.tell().apply(goodToken()).build();

    TokenRefused refused =
        catchThrowableOfType(TokenRefused.class, () -> validator.validate(token, EXPECTED));

    assertThat(refused).isNotNull();
    assertThat(refused.rule()).isEqualTo(row.rule());
    assertThat(refused.id()).isEqualTo(ErrorId.LOGOUT_TOKEN_REFUSED);
  }

  @Test
  void every_rule_of_a_logout_token_has_a_row() {
    Set<Rule> rules =
        Arrays.stream(Rule.values())
            .filter(rule -> !OF_ID_TOKENS_ONLY.contains(rule))
            .collect(Collectors.toSet());

    assertThat(rows().map(Row::rule).collect(Collectors.toSet())).isEqualTo(rules);
  }

  @Test
  void the_token_that_the_rows_alter_passes_unaltered() {
    ValidatedLogoutToken validated = validator.validate(goodToken().build(), EXPECTED);

    assertThat(validated.issuer()).isEqualTo(ISSUER);
    assertThat(validated.subject()).contains("alice");
    assertThat(validated.sid()).contains("s1");
    assertThat(validated.jwtId()).isEqualTo("jti-1");
  }

  @Test
  void sub_alone_and_sid_alone_are_enough() {
    assertThat(validator.validate(goodToken().without("sid").build(), EXPECTED).sid()).isEmpty();
    assertThat(validator.validate(goodToken().without("sub").build(), EXPECTED).subject())
        .isEmpty();
  }

  @Test
  void typ_may_be_absent_or_plain_as_older_providers_send_it() {
    assertThat(validator.validate(goodToken().withoutHeader("typ").build(), EXPECTED)).isNotNull();
    assertThat(validator.validate(goodToken().header("typ", "JWT").build(), EXPECTED)).isNotNull();
  }

  @Test
  void a_token_may_be_an_hour_old_but_not_to_the_instant() {
    Secret token =
        goodToken().claim("exp", start.plus(Duration.ofDays(1)).getEpochSecond()).build();

    clock.set(start.plus(Duration.ofHours(1)).plus(SKEW).minusNanos(1));
    assertThat(validator.validate(token, EXPECTED)).isNotNull();

    clock.set(start.plus(Duration.ofHours(1)).plus(SKEW));
    TokenRefused refused =
        catchThrowableOfType(TokenRefused.class, () -> validator.validate(token, EXPECTED));
    assertThat(refused.rule()).isEqualTo(Rule.LOGOUT_RECENT);
  }

  @Test
  void a_jti_is_remembered_until_the_token_is_refused_anyway() {
    Secret brief = goodToken().build();
    Secret lasting =
        goodToken().claim("exp", start.plus(Duration.ofDays(1)).getEpochSecond()).build();

    assertThat(validator.validate(brief, EXPECTED).rememberUntil())
        .isEqualTo(start.plus(Duration.ofMinutes(2)).plus(SKEW));
    assertThat(validator.validate(lasting, EXPECTED).rememberUntil())
        .isEqualTo(start.plus(Duration.ofHours(1)).plus(SKEW));
  }

  @Test
  void the_claimed_issuer_is_read_without_belief() {
    Secret forged = goodToken().secretlySignedBy(STRANGER).build();

    assertThat(LogoutTokenValidator.claimedIssuer(forged)).contains(ISSUER);
    assertThat(LogoutTokenValidator.claimedIssuer(goodToken().claim("iss", 1).build())).isEmpty();
    assertThat(LogoutTokenValidator.claimedIssuer(Secret.of("garbage"))).isEmpty();
  }

  private TokenBuilder goodToken() {
    return TokenBuilder.logoutToken(KEY, ISSUER, CLIENT, "jti-1", start)
        .claim("sub", "alice")
        .claim("sid", "s1");
  }
}
