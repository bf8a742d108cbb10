package io.gatehouse.logout;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ServerSecrets;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class FormTokenTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String OLD = "old-secret-of-thirty-two-bytes-!";
  private static final String NEW = "new-secret-of-thirty-two-bytes-!";

  private final SessionId session = SessionId.random(RANDOM);

  @Test
  void a_token_is_good_for_its_session_alone() {
    FormToken tokens = tokens(OLD);

    assertThat(tokens.isGood(tokens.of(session), session)).isTrue();
    assertThat(tokens.isGood(tokens.of(session), SessionId.random(RANDOM))).isFalse();
    assertThat(tokens.isGood(tokens.of(session) + "x", session)).isFalse();
    assertThat(tokens.of(session)).doesNotContain(session.reveal(), session.hash());
  }

  @Test
  void a_page_shown_before_a_roll_over_of_the_secret_still_works() {
    String before = tokens(OLD).of(session);

    assertThat(tokens(NEW, OLD).isGood(before, session)).isTrue();
    assertThat(tokens(NEW).isGood(before, session)).isFalse();
  }

  private static FormToken tokens(String... newestFirst) {
    return new FormToken(
        new Sealer(
            new ServerSecrets(
                Arrays.stream(newestFirst)
                    .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                    .map(bytes -> Secret.of(Base64.getEncoder().encodeToString(bytes)))
                    .toList()),
            RANDOM));
  }
}
