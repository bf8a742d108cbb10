package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.IdTokenValidator.Expectation;
import io.gatehouse.token.IdTokenValidator.Previous;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One row or more for each {@link Rule} of an ID token: the lie, and the rule that catches it. */
class IdTokenRulesTest {
  private static final String ISSUER = "https://as.example/tenant";
  private static final String CLIENT = "gatehouse";
  private static final String NONCE = "n-0S6_WzA2Mj";
  private static final Secret ACCESS_TOKEN = Secret.of("2YotnFZFEjr1zCsicMWpAA");
  private static final RSAKey KEY = SigningKeys.rsa("k1");
  private static final RSAKey WEAK = SigningKeys.rsa("weak", 1024);
  private static final RSAKey STRANGER = SigningKeys.rsa("k1");
  private static final RSAKey FOR_ENCRYPTION =
      new RSAKey.Builder(SigningKeys.rsa("enc")).keyUse(KeyUse.ENCRYPTION).build();
  private static final MutableClock CLOCK = MutableClock.atWholeSecond();
  private static final IdTokenValidator VALIDATOR =
      new IdTokenValidator(CLOCK, Duration.ofSeconds(30));

  private static final Expectation SIGN_IN = signIn(KEY, WEAK, FOR_ENCRYPTION);
  private static final Expectation REFRESH =
      new Expectation(
          URI.create(ISSUER),
          CLIENT,
          "RS256",
          SIGN_IN.keys(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(new Previous(ISSUER, "alice", Optional.of(NONCE))));
  private static final Expectation REFRESH_ELSEWHERE =
      new Expectation(
          URI.create(ISSUER),
          CLIENT,
          "RS256",
          SIGN_IN.keys(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(new Previous("https://old.example", "alice", Optional.empty())));

  private record Row(
      Rule rule, String lie, UnaryOperator<TokenBuilder> tell, Expectation expected) {
    @Override
    public String toString() {
      return rule + ": " + lie;
    }
  }

  private static Row row(Rule rule, String lie, UnaryOperator<TokenBuilder> tell) {
    return new Row(rule, lie, tell, SIGN_IN);
  }

  private static Row claim(Rule rule, String name, Object value) {
    return row(rule, name + " = " + value, token -> token.claim(name, value));
  }

  private static Row missing(Rule rule, String name) {
    return row(rule, "no " + name, token -> token.without(name));
  }

  private static Row header(Rule rule, String name, Object value) {
    return row(rule, "header " + name + " = " + value, token -> token.header(name, value));
  }

  static Stream<Row> rows() {
    return Stream.of(
            form(), headers(), signatures(), audiences(), times(), identities(), atRefresh())
        .flatMap(List::stream);
  }

  private static List<Row> form() {
    return List.of(
        row(Rule.COMPACT_FORM, "two parts", t -> t.compact(c -> c.substring(c.indexOf('.') + 1))),
        row(Rule.COMPACT_FORM, "not base64url", t -> t.compact(c -> c.replace('.', '/'))),
        row(Rule.COMPACT_FORM, "padded signature", t -> t.compact(c -> c + "==")),
        row(Rule.COMPACT_FORM, "line break in it", t -> t.compact(c -> c + "\n")),
        row(Rule.COMPACT_FORM, "over 64 KiB", t -> t.claim("pad", "x".repeat(70_000))),
        row(Rule.NOT_ENCRYPTED, "five parts", t -> t.compact(c -> c + ".YQ.YQ")),
        row(
            Rule.STRICT_JSON,
            "sub twice",
            t -> t.claimsJson(json -> json.replace("{", "{\"sub\":\"mallory\","))),
        row(
            Rule.STRICT_JSON,
            "alg twice",
            t -> t.headerJson(json -> json.replace("{", "{\"alg\":\"none\","))),
        row(
            Rule.STRICT_JSON,
            "a nested name twice",
            t -> t.claimsJson(json -> json.replace("{", "{\"a\":{\"b\":1,\"b\":2},"))),
        row(Rule.STRICT_JSON, "claims are an array", t -> t.claimsJson(json -> "[" + json + "]")),
        row(
            Rule.STRICT_JSON,
            "claims are followed by more",
            t -> t.claimsJson(json -> json + "{}")),
        row(
            Rule.STRICT_JSON,
            "nested without end",
            t -> t.claim("deep", "x").claimsJson(json -> json.replace("\"x\"", nested(40)))));
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static List<Row> headers() {
    return List.of(
        header(Rule.NO_CRITICAL_HEADER, "crit", List.of("exp")),
        header(Rule.NO_KEY_IN_HEADER, "jku", "https://evil.example/jwks"),
        header(Rule.NO_KEY_IN_HEADER, "x5u", "https://evil.example/cert"),
        header(Rule.NO_KEY_IN_HEADER, "x5c", List.of("MIIB")),
        row(
            Rule.NO_KEY_IN_HEADER,
            "header jwk of the stranger who signed",
            t -> t.header("jwk", STRANGER.toPublicJWK().toJSONObject()).secretlySignedBy(STRANGER)),
        header(Rule.TYPE, "typ", "at+jwt"),
        header(Rule.TYPE, "typ", "logout+jwt"),
        header(Rule.TYPE, "typ", "application/at+jwt"),
        header(Rule.TYPE, "typ", List.of("JWT")),
        header(Rule.NO_SHARED_KEY, "alg", "none"),
        row(
            Rule.NO_SHARED_KEY,
            "alg none and no signature",
            t -> t.header("alg", "none").compact(c -> c.substring(0, c.lastIndexOf('.') + 1))),
        row(Rule.NO_SHARED_KEY, "no alg", t -> t.withoutHeader("alg")),
        row(
            Rule.NO_SHARED_KEY,
            "HS256 with the public key as the secret",
            t -> t.algorithm(JWSAlgorithm.HS256)),
        header(Rule.ALGORITHM, "alg", "NONE"),
        header(Rule.ALGORITHM, "alg", "RS512"),
        row(Rule.ALGORITHM, "PS256, properly signed", t -> t.algorithm(JWSAlgorithm.PS256)),
        header(Rule.ALGORITHM, "alg", 256));
  }

  private static List<Row> signatures() {
    return List.of(
        header(Rule.KEY_KNOWN, "kid", "k2"),
        row(Rule.KEY_KNOWN, "a key for encryption", t -> t.key(FOR_ENCRYPTION)),
        new Row(
            Rule.KEY_KNOWN,
            "no kid and two keys that fit",
            t -> t.withoutHeader("kid"),
            signIn(KEY, SigningKeys.rsa("k2"))),
        row(Rule.KEY_STRONG, "1024 bits", t -> t.key(WEAK)),
        row(Rule.SIGNATURE, "by a stranger", t -> t.secretlySignedBy(STRANGER)),
        row(
            Rule.SIGNATURE,
            "of another token",
            t -> t.compact(c -> c.substring(0, c.lastIndexOf('.') + 1) + "YQ")));
  }

  private static List<Row> audiences() {
    return List.of(
        claim(Rule.ISSUER, "iss", ISSUER + "/"),
        claim(Rule.ISSUER, "iss", "https://AS.example/tenant"),
        claim(Rule.ISSUER, "iss", "https://as.example:443/tenant"),
        claim(Rule.ISSUER, "iss", List.of(ISSUER)),
        missing(Rule.ISSUER, "iss"),
        missing(Rule.AUDIENCE, "aud"),
        claim(Rule.AUDIENCE, "aud", "another"),
        claim(Rule.AUDIENCE, "aud", "Gatehouse"),
        claim(Rule.AUDIENCE, "aud", List.of()),
        claim(Rule.AUDIENCE, "aud", Map.of("0", CLIENT)),
        claim(Rule.AUDIENCE_TRUSTED, "aud", List.of(CLIENT, "another")),
        claim(Rule.AUDIENCE_TRUSTED, "aud", List.of(CLIENT, 1)),
        claim(Rule.AUTHORIZED_PARTY, "azp", "another"),
        claim(Rule.AUTHORIZED_PARTY, "azp", List.of(CLIENT)));
  }

  private static List<Row> times() {
    return List.of(
        missing(Rule.EXPIRY, "exp"),
        claim(Rule.EXPIRY, "exp", seconds(-31)),
        claim(Rule.EXPIRY, "exp", String.valueOf(seconds(300))),
        claim(Rule.EXPIRY, "exp", -1),
        row(
            Rule.EXPIRY,
            "exp = 1e99",
            t -> t.claimsJson(json -> json.replaceAll("\"exp\":\\d+", "\"exp\":1e99"))),
        missing(Rule.ISSUED_AT, "iat"),
        claim(Rule.ISSUED_AT, "iat", seconds(31)),
        claim(Rule.ISSUED_AT, "iat", String.valueOf(seconds(0))),
        claim(Rule.NOT_BEFORE, "nbf", seconds(31)),
        claim(Rule.NOT_BEFORE, "nbf", "now"),
        new Row(Rule.AUTH_TIME, "no auth_time", t -> t, within(Duration.ofMinutes(5))),
        new Row(
            Rule.AUTH_TIME,
            "longer ago than max_age",
            t -> t.claim("auth_time", seconds(-331)),
            within(Duration.ofMinutes(5))),
        claim(Rule.AUTH_TIME, "auth_time", seconds(31)),
        claim(Rule.AUTH_TIME, "auth_time", "yesterday"));
  }

  private static List<Row> identities() {
    return List.of(
        missing(Rule.NONCE, "nonce"),
        claim(Rule.NONCE, "nonce", NONCE.toUpperCase(java.util.Locale.ROOT)),
        claim(Rule.NONCE, "nonce", List.of(NONCE)),
        new Row(Rule.ACR, "no acr", t -> t, withAcr("gold")),
        new Row(Rule.ACR, "another acr", t -> t.claim("acr", "bronze"), withAcr("gold")),
        new Row(Rule.ACR, "acr not a string", t -> t.claim("acr", 0), withAcr("0")),
        missing(Rule.SUBJECT, "sub"),
        claim(Rule.SUBJECT, "sub", ""),
        claim(Rule.SUBJECT, "sub", " "),
        claim(Rule.SUBJECT, "sub", "alice "),
        claim(Rule.SUBJECT, "sub", "alice\u0000"),
        claim(Rule.SUBJECT, "sub", "al\u0456ce"),
        claim(Rule.SUBJECT, "sub", "a".repeat(256)),
        claim(Rule.SUBJECT, "sub", 4711),
        claim(Rule.SESSION_ID, "sid", ""),
        claim(Rule.SESSION_ID, "sid", 1),
        claim(Rule.SESSION_ID, "sid", "s".repeat(256)),
        claim(Rule.ACCESS_TOKEN_HASH, "at_hash", "77QmUPtjPfzWtF2AnpK9RQ"),
        claim(Rule.ACCESS_TOKEN_HASH, "at_hash", 1),
        claim(
            Rule.PURPOSE,
            "events",
            Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of())));
  }

  private static List<Row> atRefresh() {
    return List.of(
        new Row(Rule.REFRESH_ISSUER, "another iss before", t -> t, REFRESH_ELSEWHERE),
        new Row(Rule.REFRESH_SUBJECT, "another sub", t -> t.claim("sub", "bob"), REFRESH),
        new Row(Rule.REFRESH_NONCE, "another nonce", t -> t.claim("nonce", "new"), REFRESH));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_token_that_breaks_a_rule_is_refused_by_its_name(Row row) {
    Secret token = row.tell().apply(goodToken()).build();

    TokenRefused refused =
        catchThrowableOfType(TokenRefused.class, () -> VALIDATOR.validate(token, row.expected()));

    assertThat(refused).isNotNull();
    assertThat(refused.rule()).isEqualTo(row.rule());
    assertThat(refused.id()).isEqualTo(ErrorId.ID_TOKEN_REFUSED);
    assertThat(refused.detail()).contains(row.rule().name(), row.rule().section());
  }

  @Test
  void every_rule_of_an_id_token_has_a_row() {
    Set<Rule> rules =
        Arrays.stream(Rule.values())
            .filter(rule -> !rule.name().startsWith("LOGOUT_"))
            .collect(Collectors.toSet());

    assertThat(rows().map(Row::rule).collect(Collectors.toSet())).isEqualTo(rules);
  }

  @Test
  void the_token_that_the_rows_alter_passes_unaltered() {
    ValidatedIdToken validated = VALIDATOR.validate(goodToken().build(), SIGN_IN);

    assertThat(validated.issuer()).isEqualTo(ISSUER);
    assertThat(validated.subject()).isEqualTo("alice");
  }

  @Test
  void no_value_of_the_token_is_in_the_refusal() {
    Secret token = goodToken().claim("iss", "https://leak.example").build();

    TokenRefused refused =
        catchThrowableOfType(TokenRefused.class, () -> VALIDATOR.validate(token, SIGN_IN));

    assertThat(refused.toString()).doesNotContain("leak", "alice", token.reveal());
    assertThat(refused.getCause()).isNull();
  }

  private static TokenBuilder goodToken() {
    return TokenBuilder.idToken(KEY, ISSUER, CLIENT, "alice", CLOCK.instant())
        .claim("nonce", NONCE);
  }

  private static long seconds(long fromNow) {
    return CLOCK.instant().getEpochSecond() + fromNow;
  }

  private static Expectation signIn(JWK... keys) {
    return expectation(
        new StaticKeySet(new JWKSet(List.of(keys))), Optional.empty(), Optional.empty());
  }

  private static Expectation within(Duration maxAge) {
    return expectation(SIGN_IN.keys(), Optional.of(maxAge), Optional.empty());
  }

  private static Expectation withAcr(String acr) {
    return expectation(SIGN_IN.keys(), Optional.empty(), Optional.of(Set.of(acr)));
  }

  private static Expectation expectation(
      KeySet keys, Optional<Duration> maxAge, Optional<Set<String>> acrValues) {
    return new Expectation(
        URI.create(ISSUER),
        CLIENT,
        "RS256",
        keys,
        Optional.of(NONCE),
        Optional.of(ACCESS_TOKEN),
        maxAge,
        acrValues,
        Optional.empty());
  }
}
