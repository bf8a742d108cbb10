package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.testing.SigningKeys;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StaticKeySetTest {
  private static final RSAKey KEY = SigningKeys.rsa("k1");
  private static final Map<String, Object> PUBLIC = KEY.toPublicJWK().toJSONObject();

  @Test
  void keys_of_unknown_kinds_and_malformed_keys_are_skipped() {
    StaticKeySet keys =
        parse(
            Map.of("kty", "AKP", "kid", "pq", "alg", "ML-DSA-44", "pub", "YQ"),
            Map.of("kty", "RSA", "kid", "no-modulus"),
            Map.of("kty", "EC", "crv", "P-256", "x", "AQ", "y", "AQ"),
            Map.of("kid", "no-kind"),
            "not an object",
            Map.of("kty", "oct", "k", "c2VjcmV0"),
            PUBLIC);

    assertThat(keys.jwkSet().getKeys()).containsExactly(KEY.toPublicJWK());
  }

  @Test
  void private_parts_that_a_provider_published_are_not_kept() {
    assertThat(parse(KEY.toJSONObject()).jwkSet().containsNonPublicKeys()).isFalse();
  }

  @Test
  void what_is_not_a_key_set_is_none() {
    assertThat(StaticKeySet.parse(Map.of())).isEmpty();
    assertThat(StaticKeySet.parse(Map.of("keys", "k1"))).isEmpty();
    assertThat(StaticKeySet.parse(Map.of("keys", Collections.nCopies(101, PUBLIC)))).isEmpty();
  }

  @Test
  void keys_that_can_verify_nothing_are_no_key_set() {
    JWK forWrapping =
        new RSAKey.Builder(KEY.toPublicJWK()).keyOperations(Set.of(KeyOperation.WRAP_KEY)).build();
    JWK forEncryption = new RSAKey.Builder(KEY.toPublicJWK()).keyUse(KeyUse.ENCRYPTION).build();
    Map<String, Object> ofUnknownKind = Map.of("kty", "AKP", "alg", "ML-DSA-44", "pub", "YQ");
    Map<String, Object> ed25519 =
        Map.of("kty", "OKP", "crv", "Ed25519", "x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");

    assertThat(StaticKeySet.parse(Map.of("keys", List.of()))).isEmpty();
    assertThat(
            StaticKeySet.parse(
                Map.of(
                    "keys",
                    List.of(
                        ofUnknownKind,
                        ed25519,
                        forWrapping.toJSONObject(),
                        forEncryption.toJSONObject()))))
        .isEmpty();
  }

  @Test
  void a_key_for_another_use_operation_or_algorithm_does_not_fit() {
    JWK plain = KEY.toPublicJWK();
    JWK forWrapping =
        new RSAKey.Builder(KEY.toPublicJWK()).keyOperations(Set.of(KeyOperation.WRAP_KEY)).build();
    JWK forPss = new RSAKey.Builder(KEY.toPublicJWK()).algorithm(JWSAlgorithm.PS256).build();
    StaticKeySet keys = new StaticKeySet(new JWKSet(List.of(forWrapping, forPss, plain)));

    assertThat(keys.keys(header(JWSAlgorithm.RS256, "k1"))).containsExactly(plain);
  }

  @Test
  void a_curve_fits_its_own_algorithm_only() {
    StaticKeySet keys = new StaticKeySet(new JWKSet(SigningKeys.ec("e1").toPublicJWK()));

    assertThat(keys.keys(header(JWSAlgorithm.ES256, "e1"))).hasSize(1);
    assertThat(keys.keys(header(JWSAlgorithm.ES384, "e1"))).isEmpty();
    assertThat(keys.keys(header(JWSAlgorithm.RS256, "e1"))).isEmpty();
  }

  private static StaticKeySet parse(Object... keys) {
    return StaticKeySet.parse(Map.of("keys", List.of(keys))).orElseThrow();
  }

  private static JWSHeader header(JWSAlgorithm algorithm, String kid) {
    return new JWSHeader.Builder(algorithm).keyID(kid).build();
  }
}
