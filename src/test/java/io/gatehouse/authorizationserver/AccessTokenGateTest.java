package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.gatehouse.config.ApiConfiguration;
import io.gatehouse.config.BearerRules;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.AccessTokenValidator;
import io.gatehouse.token.KeySet;
import io.gatehouse.token.StaticKeySet;
import io.gatehouse.token.TokenRefused;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessTokenGateTest {
  private static final RSAKey KEY = SigningKeys.rsa("k1");
  private static final RSAKey OTHER = SigningKeys.rsa("k2");
  private static final ApiConfiguration API =
      new ApiConfiguration(
          URI.create("https://as.example"), "gatehouse-api", "RS256", Optional.empty());

  private final MutableClock clock = MutableClock.atWholeSecond();
  private final BearerRules seenByContainer = new BearerRules();

  @AfterEach
  void hide() {
    BearerRules.hide();
  }

  @Test
  void a_good_token_is_shown_with_the_public_key_that_signed_it() throws Exception {
    gate(AccessTokenGateTest::keys).admit(token("gatehouse-api"));

    JWKSet shown = JWKSet.parse(seenByContainer.getValue("mp.jwt.verify.publickey"));
    assertThat(shown.getKeys()).containsExactly(KEY.toPublicJWK());
    assertThat(seenByContainer.getValue("mp.jwt.verify.issuer")).isEqualTo("https://as.example");
    assertThat(seenByContainer.getValue("mp.jwt.verify.audiences")).isEqualTo("gatehouse-api");
  }

  @Test
  void certificates_of_a_key_are_not_shown() {
    JWKSet certified =
        new JWKSet(
            new RSAKey.Builder(KEY.toPublicJWK())
                .x509CertURL(URI.create("https://as.example/cert"))
                .x509CertThumbprint(new Base64URL("BBBB"))
                .x509CertSHA256Thumbprint(new Base64URL("CCCC"))
                .build());
    gate(() -> new StaticKeySet(certified)).admit(token("gatehouse-api"));

    assertThat(seenByContainer.getValue("mp.jwt.verify.publickey"))
        .contains("\"kid\":\"k1\"")
        .doesNotContain("\"x5");
  }

  @Test
  void a_refused_token_stays_hidden() {
    assertThatThrownBy(() -> gate(AccessTokenGateTest::keys).admit(token("other")))
        .isInstanceOf(TokenRefused.class);

    assertThat(seenByContainer.getValue("mp.jwt.verify.publickey")).isNull();
  }

  @Test
  void the_signature_of_a_good_token_is_checked_once_and_that_of_a_refused_one_each_time() {
    AtomicInteger checked = new AtomicInteger();
    AccessTokenGate gate = gate(() -> new Counted(checked));
    Secret good = token("gatehouse-api");
    Secret other = token("other");
    for (int i = 1; i <= 3; i++) {
      gate.admit(good);
      assertThatThrownBy(() -> gate.admit(other)).isInstanceOf(TokenRefused.class);
      assertThat(checked).hasValue(1 + i);
    }
  }

  @Test
  void a_token_that_was_good_is_refused_as_soon_as_it_has_expired() {
    AccessTokenGate gate = gate(AccessTokenGateTest::keys);
    Secret token = token("gatehouse-api");
    gate.admit(token);
    clock.advance(Duration.ofMinutes(5).plusSeconds(29));
    gate.admit(token);
    BearerRules.hide();
    clock.advance(Duration.ofSeconds(1));

    assertThatThrownBy(() -> gate.admit(token)).isInstanceOf(TokenRefused.class);
    assertThat(seenByContainer.getValue("mp.jwt.verify.publickey")).isNull();
  }

  @Test
  void a_token_that_was_good_is_refused_as_soon_as_its_key_is_withdrawn() {
    AtomicReference<KeySet> keys = new AtomicReference<>(keys());
    AccessTokenGate gate = gate(keys::get);
    Secret token = token("gatehouse-api");
    gate.admit(token);
    BearerRules.hide();
    keys.set(new StaticKeySet(new JWKSet(OTHER.toPublicJWK())));

    assertThatThrownBy(() -> gate.admit(token)).isInstanceOf(TokenRefused.class);
    assertThat(seenByContainer.getValue("mp.jwt.verify.publickey")).isNull();
  }

  @Test
  void a_token_that_was_good_is_refused_when_another_key_takes_the_name_of_its_own() {
    AtomicReference<KeySet> keys = new AtomicReference<>(keys());
    AccessTokenGate gate = gate(keys::get);
    Secret token = token("gatehouse-api");
    gate.admit(token);
    keys.set(new StaticKeySet(new JWKSet(SigningKeys.rsa("k1").toPublicJWK())));

    assertThatThrownBy(() -> gate.admit(token)).isInstanceOf(TokenRefused.class);
  }

  @Test
  void the_signature_of_a_token_that_comes_again_is_not_good_for_another() {
    AccessTokenGate gate = gate(AccessTokenGateTest::keys);
    Secret token = token("gatehouse-api");
    gate.admit(token);
    String[] parts = token.reveal().split("\\.");
    String[] others = token("other").reveal().split("\\.");

    assertThatThrownBy(() -> gate.admit(Secret.of(parts[0] + "." + others[1] + "." + parts[2])))
        .isInstanceOf(TokenRefused.class);
  }

  @Test
  void without_keys_the_token_is_neither_good_nor_bad() {
    ProviderFault unreachable = new ProviderFault(ErrorId.PROVIDER_UNREACHABLE, "no answer");

    assertThatThrownBy(
            () ->
                gate(() -> {
                      throw unreachable;
                    })
                    .admit(token("gatehouse-api")))
        .isSameAs(unreachable);
  }

  /** Who looks for the one that made a signature goes through all; who compares does not. */
  private record Counted(AtomicInteger checked) implements KeySet {
    @Override
    public List<JWK> keys(JWSHeader header) {
      return new ArrayList<>(AccessTokenGateTest.keys().keys(header)) {
        @Override
        public Stream<JWK> stream() {
          checked.incrementAndGet();
          return super.stream();
        }
      };
    }

    @Override
    public JWKSet jwkSet() {
      return AccessTokenGateTest.keys().jwkSet();
    }
  }

  private AccessTokenGate gate(Supplier<KeySet> keys) {
    return new AccessTokenGate(API, keys, new AccessTokenValidator(clock, Duration.ofSeconds(30)));
  }

  private static KeySet keys() {
    return new StaticKeySet(new JWKSet(List.of(KEY.toPublicJWK(), OTHER.toPublicJWK())));
  }

  private Secret token(String audience) {
    return TokenBuilder.accessToken(
            KEY,
            "https://as.example",
            List.of(audience),
            "alice",
            clock.instant(),
            Duration.ofMinutes(5))
        .build();
  }
}
