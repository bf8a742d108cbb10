package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.IdTokenValidator.Expectation;
import io.gatehouse.token.IdTokenValidator.Previous;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes, up to the instant and the letter where it stops passing. */
class IdTokenValidatorTest {
  private static final String ISSUER = "https://as.example";
  private static final String CLIENT = "gatehouse";
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final RSAKey KEY = SigningKeys.rsa("k1");
  private static final ECKey EC_KEY = SigningKeys.ec("e1");

  private final MutableClock clock = MutableClock.atWholeSecond();
  private final Instant start = clock.instant();
  private final IdTokenValidator validator = new IdTokenValidator(clock, SKEW);

  @Test
  void exp_is_refused_at_the_instant_the_skew_has_run_out() {
    Secret token = token().claim("exp", start.getEpochSecond()).build();

    clock.set(start.plus(SKEW).minusNanos(1));
    assertPasses(token);

    clock.set(start.plus(SKEW));
    assertRefused(token, signIn(), Rule.EXPIRY);
  }

  @Test
  void iat_passes_at_the_instant_of_the_skew_and_not_a_nanosecond_further() {
    Secret token = token().claim("iat", start.plus(SKEW).getEpochSecond()).build();

    assertPasses(token);

    clock.set(start.minusNanos(1));
    assertRefused(token, signIn(), Rule.ISSUED_AT);
  }

  @Test
  void nbf_passes_at_the_instant_of_the_skew_and_not_a_nanosecond_further() {
    Secret token = token().claim("nbf", start.plus(SKEW).getEpochSecond()).build();

    assertPasses(token);

    clock.set(start.minusNanos(1));
    assertRefused(token, signIn(), Rule.NOT_BEFORE);
  }

  @Test
  void auth_time_passes_max_age_and_skew_ago_and_not_a_nanosecond_longer() {
    Duration maxAge = Duration.ofMinutes(1);
    Expectation expected = expectation(keys(KEY), Optional.of(maxAge), Optional.empty());
    Secret token = token().claim("auth_time", start.getEpochSecond()).build();

    clock.set(start.plus(maxAge).plus(SKEW));
    assertThat(validator.validate(token, expected).authTime()).contains(start);

    clock.set(start.plus(maxAge).plus(SKEW).plusNanos(1));
    assertRefused(token, expected, Rule.AUTH_TIME);
  }

  @Test
  void a_fraction_of_a_second_is_a_number_too() {
    assertPasses(token().claim("exp", new BigDecimal(start.getEpochSecond() + ".75")).build());
  }

  @Test
  void aud_may_be_a_list_of_us_alone() {
    assertPasses(token().claim("aud", List.of(CLIENT)).build());
  }

  @Test
  void azp_may_be_us() {
    assertPasses(token().claim("azp", CLIENT).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "application/jwt"})
  void typ_may_say_jwt_in_any_spelling(String typ) {
    assertPasses(token().header("typ", typ).build());
  }

  @Test
  void typ_may_be_absent() {
    assertPasses(token().withoutHeader("typ").build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "auth0|5f7", "cn=Alice Smith,o=example", "~", "http://x/y?z#0"})
  void sub_may_be_any_printable_string(String subject) {
    assertPasses(token().claim("sub", subject).build());
  }

  @Test
  void sub_may_have_255_characters() {
    assertPasses(token().claim("sub", "a".repeat(255)).build());
  }

  @Test
  void at_hash_of_the_access_token_passes() {
    // OpenID Connect Core §A.3
    Expectation expected = withAccessToken("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");

    assertThatCode(
            () ->
                validator.validate(
                    token().claim("at_hash", "77QmUPtjPfzWtF2AnpK9RQ").build(), expected))
        .doesNotThrowAnyException();
  }

  @Test
  void an_acr_asked_for_passes() {
    Expectation expected =
        expectation(keys(KEY), Optional.empty(), Optional.of(Set.of("silver", "gold")));

    assertThat(validator.validate(token().claim("acr", "gold").build(), expected).acr())
        .contains("gold");
  }

  @Test
  void without_kid_the_only_key_that_fits_is_used() {
    Expectation expected = expectation(keys(KEY, EC_KEY), Optional.empty(), Optional.empty());

    assertThatCode(() -> validator.validate(token().withoutHeader("kid").build(), expected))
        .doesNotThrowAnyException();
  }

  @Test
  void every_key_of_the_kid_is_tried() {
    Expectation expected =
        expectation(keys(SigningKeys.rsa("k1"), KEY), Optional.empty(), Optional.empty());

    assertThatCode(() -> validator.validate(token().build(), expected)).doesNotThrowAnyException();
  }

  @Test
  void a_weak_key_of_the_same_kid_does_not_stop_a_strong_one() {
    Expectation expected =
        expectation(keys(SigningKeys.rsa("k1", 1024), KEY), Optional.empty(), Optional.empty());

    assertThatCode(() -> validator.validate(token().build(), expected)).doesNotThrowAnyException();
  }

  @Test
  void elliptic_curves_work_where_they_are_the_registered_algorithm() {
    Expectation expected =
        new Expectation(
            URI.create(ISSUER),
            CLIENT,
            "ES256",
            keys(EC_KEY),
            Optional.of("nonce"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    assertThatCode(
            () ->
                validator.validate(
                    token().key(EC_KEY).algorithm(JWSAlgorithm.ES256).build(), expected))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "EdDSA", "ES256K", "RSA-OAEP", "rs256"})
  void no_other_algorithm_can_even_be_configured(String algorithm) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new LogoutTokenValidator.Expectation(
                    URI.create(ISSUER), CLIENT, algorithm, keys()));
  }

  @Test
  void a_sign_in_without_a_nonce_cannot_even_be_expected() {
    assertThatIllegalArgumentException().isThrownBy(() -> expectation(Optional.empty()));
  }

  @Test
  void at_refresh_the_nonce_may_be_left_out_or_repeated() {
    Previous previous = Previous.of(token().build());
    Expectation expected = expectation(Optional.of(previous));

    assertThat(previous).isEqualTo(new Previous(ISSUER, "alice", Optional.of("nonce")));
    assertThatCode(() -> validator.validate(token().without("nonce").build(), expected))
        .doesNotThrowAnyException();
    assertThatCode(() -> validator.validate(token().build(), expected)).doesNotThrowAnyException();
    assertRefused(token().claim("nonce", "other").build(), expected, Rule.REFRESH_NONCE);
  }

  @Test
  void the_validated_token_gives_what_was_signed() {
    ValidatedIdToken validated =
        validator.validate(
            token()
                .claim("sid", "08a5019c")
                .claim("name", "Alice")
                .claim("email_verified", true)
                .claim("nickname", null)
                .claim("groups", List.of("users", Map.of("a", 1)))
                .build(),
            signIn());

    assertThat(validated.sid()).contains("08a5019c");
    assertThat(validated.acr()).isEmpty();
    assertThat(validated.authTime()).isEmpty();
    assertThat(validated.claims())
        .containsEntry("name", "Alice")
        .containsEntry("email_verified", true)
        .containsEntry("groups", List.of("users", Map.of("a", 1L)))
        .doesNotContainKey("nickname")
        .isUnmodifiable();
    assertThat(validated.toString()).doesNotContain("alice");
  }

  private static TokenBuilder token(Instant now) {
    return TokenBuilder.idToken(KEY, ISSUER, CLIENT, "alice", now).claim("nonce", "nonce");
  }

  private TokenBuilder token() {
    return token(start);
  }

  private void assertPasses(Secret token) {
    assertThatCode(() -> validator.validate(token, signIn())).doesNotThrowAnyException();
  }

  private void assertRefused(Secret token, Expectation expected, Rule rule) {
    assertThatThrownBy(() -> validator.validate(token, expected))
        .isInstanceOfSatisfying(
            TokenRefused.class, refused -> assertThat(refused.rule()).isEqualTo(rule));
  }

  private static KeySet keys(JWK... keys) {
    return new StaticKeySet(new JWKSet(List.of(keys)));
  }

  private static Expectation signIn() {
    return expectation(keys(KEY), Optional.empty(), Optional.empty());
  }

  private static Expectation expectation(
      KeySet keys, Optional<Duration> maxAge, Optional<Set<String>> acrValues) {
    return new Expectation(
        URI.create(ISSUER),
        CLIENT,
        "RS256",
        keys,
        Optional.of("nonce"),
        Optional.empty(),
        maxAge,
        acrValues,
        Optional.empty());
  }

  private static Expectation withAccessToken(String accessToken) {
    return new Expectation(
        URI.create(ISSUER),
        CLIENT,
        "RS256",
        keys(KEY),
        Optional.of("nonce"),
        Optional.of(Secret.of(accessToken)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Expectation expectation(Optional<Previous> previous) {
    return new Expectation(
        URI.create(ISSUER),
        CLIENT,
        "RS256",
        keys(KEY),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        previous);
  }
}
