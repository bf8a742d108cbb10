package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.AccessTokenValidator.Expectation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One lie a row, and the {@link Rule} that keeps the token from the container. */
class AccessTokenRulesTest {
  private static final String ISSUER = "https://as.example";
  private static final String API = "gatehouse-api";
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final RSAKey KEY = SigningKeys.rsa("k1");
  private static final RSAKey OTHER = SigningKeys.rsa("k2");
  private static final RSAKey STRANGER = SigningKeys.rsa("k1");
  private static final Expectation EXPECTED =
      new Expectation(
          URI.create(ISSUER),
          API,
          "RS256",
          new StaticKeySet(new JWKSet(List.of(KEY.toPublicJWK(), OTHER.toPublicJWK()))));

  private final MutableClock clock = MutableClock.atWholeSecond();
  private final Instant start = clock.instant();
  private final AccessTokenValidator validator = new AccessTokenValidator(clock, SKEW);

  private record Row(Rule rule, String lie, UnaryOperator<TokenBuilder> tell) {
    @Override
    public String toString() {
      return rule + ": " + lie;
    }
  }

  static Stream<Row> lies() {
    return Stream.of(
        new Row(Rule.COMPACT_FORM, "opaque", token -> token.compact(any -> "opaque")),
        new Row(Rule.COMPACT_FORM, "two words", token -> token.compact(c -> c + " b")),
        new Row(Rule.COMPACT_FORM, "space before", token -> token.compact(c -> " " + c)),
        new Row(Rule.COMPACT_FORM, "comma", token -> token.compact(c -> c + ",b")),
        new Row(Rule.COMPACT_FORM, "not ASCII", token -> token.compact(c -> c + "\u00e9")),
        new Row(Rule.NO_SHARED_KEY, "alg none", token -> token.header("alg", "none")),
        new Row(
            Rule.NO_SHARED_KEY,
            "public key as secret",
            token -> token.algorithm(JWSAlgorithm.HS256)),
        new Row(Rule.ALGORITHM, "RS512", token -> token.algorithm(JWSAlgorithm.RS512)),
        new Row(Rule.TYPE, "logout token", token -> token.header("typ", "logout+jwt")),
        new Row(Rule.KEY_KNOWN, "unknown kid", token -> token.header("kid", "k9")),
        new Row(Rule.KEY_KNOWN, "no kid, two keys", token -> token.withoutHeader("kid")),
        new Row(Rule.SIGNATURE, "another's key", token -> token.secretlySignedBy(STRANGER)),
        new Row(Rule.ISSUER, "another issuer", token -> token.claim("iss", ISSUER + "/")),
        new Row(Rule.AUDIENCE, "for another", token -> token.claim("aud", List.of("other"))),
        new Row(Rule.AUDIENCE, "for nobody", token -> token.without("aud")),
        new Row(Rule.EXPIRY, "forever", token -> token.without("exp")),
        new Row(Rule.ISSUED_AT, "from tomorrow", token -> token.claim("iat", 4_000_000_000L)),
        new Row(Rule.NOT_BEFORE, "for tomorrow", token -> token.claim("nbf", 4_000_000_000L)),
        new Row(Rule.SUBJECT, "about nobody", token -> token.without("sub")),
        new Row(
            Rule.PURPOSE,
            "a logout token without typ",
            token -> token.claim("events", Map.of(LogoutTokenValidator.EVENT, Map.of()))));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void a_lie_is_refused_by_its_rule(Row row) {
    Secret token = row.tell().apply(good()).build();

    TokenRefused refused =
        catchThrowableOfType(TokenRefused.class, () -> validate(token, EXPECTED));

    assertThat(refused.rule()).isEqualTo(row.rule());
    assertThat(refused.id()).isEqualTo(ErrorId.BEARER_INVALID);
  }

  @Test
  void a_good_token_names_the_key_that_signed_it() {
    assertThat(validate(good().build(), EXPECTED)).extracting(JWK::getKeyID).containsExactly("k1");
  }

  @Test
  void other_audiences_beside_ours_are_none_of_our_business() {
    Secret token = good().claim("aud", List.of("other", API)).build();

    assertThat(validate(token, EXPECTED)).hasSize(1);
  }

  @Test
  void the_time_of_issue_may_be_missing() {
    assertThat(validate(good().without("iat").build(), EXPECTED)).hasSize(1);
  }

  @Test
  void it_expires_when_the_skew_has_passed_too() {
    Secret token = good().build();
    clock.set(start.plus(Duration.ofMinutes(5)).plus(SKEW).minusMillis(1));
    assertThat(validate(token, EXPECTED)).hasSize(1);

    clock.advance(Duration.ofMillis(1));

    assertThat(catchThrowableOfType(TokenRefused.class, () -> validate(token, EXPECTED)).rule())
        .isEqualTo(Rule.EXPIRY);
  }

  private TokenBuilder good() {
    return TokenBuilder.accessToken(
        KEY, ISSUER, List.of(API), "alice", start, Duration.ofMinutes(5));
  }

  private List<JWK> validate(Secret token, AccessTokenValidator.Expectation expected) {
    AccessTokenValidator.Verified verified = validator.verify(token, expected);
    validator.validate(verified, expected);
    return verified.signers();
  }
}
