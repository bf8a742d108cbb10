package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ServerSecrets;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Sealer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoginStateTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Sealer OLD = sealer("old-secret-of-thirty-two-bytes-!");
  private static final Sealer ROLLED_OVER =
      sealer("new-secret-of-thirty-two-bytes-!", "old-secret-of-thirty-two-bytes-!");
  private static final Sealer FOREIGN = sealer("our-enemys-secret-is-32-bytes-xx");

  private final SessionId browser = SessionId.random(RANDOM);
  private final LoginTransaction transaction = transaction(browser);

  @Test
  void what_was_sealed_is_opened() {
    LoginState sealed = LoginState.seal(transaction, OLD);

    assertThat(LoginState.open(sealed.value(), OLD).orElseThrow().transaction())
        .isEqualTo(transaction);
  }

  @Test
  void a_state_of_anybody_else_is_not_opened() {
    assertThat(LoginState.open(LoginState.seal(transaction, FOREIGN).value(), OLD)).isEmpty();
  }

  @Test
  void a_state_with_any_character_changed_is_not_opened() {
    String value = LoginState.seal(transaction, OLD).value();
    for (int at = 0; at < value.length(); at++) {
      String changed =
          value.substring(0, at) + (value.charAt(at) == 'A' ? 'B' : 'A') + value.substring(at + 1);
      assertThat(LoginState.open(changed, OLD)).isEmpty();
    }
  }

  @Test
  void nonce_and_verifier_survive_a_roll_over_of_the_secret() {
    LoginState before = LoginState.seal(transaction, OLD);
    LoginState after = LoginState.open(before.value(), ROLLED_OVER).orElseThrow();

    assertThat(after.nonce(browser, ROLLED_OVER)).isEqualTo(before.nonce(browser, OLD));
    assertThat(after.verifier(browser, ROLLED_OVER)).isEqualTo(before.verifier(browser, OLD));
  }

  @Test
  void nonce_and_verifier_are_of_one_state_and_one_browser_and_differ() {
    LoginState one = LoginState.seal(transaction, OLD);
    LoginState other = LoginState.seal(transaction, OLD);
    SessionId stranger = SessionId.random(RANDOM);

    assertThat(one.nonce(browser, OLD)).isNotEqualTo(other.nonce(browser, OLD));
    assertThat(one.nonce(browser, OLD)).isNotEqualTo(one.nonce(stranger, OLD));
    assertThat(one.verifier(browser, OLD)).isNotEqualTo(one.verifier(stranger, OLD));
    assertThat(one.verifier(browser, OLD).reveal()).isNotEqualTo(one.nonce(browser, OLD));
    assertThat(one.verifier(browser, OLD).reveal()).matches("[A-Za-z0-9_-]{43}");
    assertThat(one.isOf(browser)).isTrue();
    assertThat(one.isOf(stranger)).isFalse();
  }

  @Test
  void the_challenge_is_that_of_the_specification() {
    // RFC 7636 appendix B
    assertThat(LoginState.challenge(Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")))
        .isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  }

  @Test
  void a_transaction_of_before_there_were_step_ups_is_read() {
    String before =
        "{'id':'i','p':'default','i':'https://issuer.example','r':'https://localhost:9443/cb',"
            + "'t':'/account','at':1000,'n':0,'b':'hash'}";
    LoginTransaction read =
        LoginTransaction.read(before.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
            .orElseThrow();

    assertThat(read.acrValues()).isEmpty();
    assertThat(read.maxAge()).isEmpty();
    assertThat(read.scopes()).isEmpty();
  }

  @Test
  void a_transaction_of_another_version_is_not_read() {
    for (String json : List.of("", "{}", "[]", "x", "{\"id\":1}", "{\"id\":\"a\",\"p\":\"b\"}")) {
      assertThat(LoginTransaction.read(json.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
    byte[] bytes = transaction.toBytes();
    assertThat(LoginTransaction.read(Arrays.copyOf(bytes, bytes.length - 1))).isEmpty();
    String outside = new String(bytes, StandardCharsets.UTF_8).replace("/account", "//evil");
    assertThat(LoginTransaction.read(outside.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  private static LoginTransaction transaction(SessionId browser) {
    return new LoginTransaction(
        "id",
        "default",
        URI.create("https://issuer.example"),
        URI.create("https://localhost:9443/auth/callback"),
        new ReturnTarget("/account?a=b"),
        Instant.parse("2026-03-01T12:00:00Z"),
        1,
        browser.hash(),
        Optional.of("old-session"),
        Set.of("calendar", "mail"),
        Optional.of("login"),
        Optional.of(Duration.ofSeconds(60)),
        Optional.of("urn:a urn:b"));
  }

  private static Sealer sealer(String... newestFirst) {
    return new Sealer(
        new ServerSecrets(
            Arrays.stream(newestFirst)
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .map(bytes -> Secret.of(Base64.getEncoder().encodeToString(bytes)))
                .toList()),
        RANDOM);
  }
}
