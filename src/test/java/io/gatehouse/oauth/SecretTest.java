package io.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void only_reveal_gives_the_value() {
    Secret secret = Secret.of("hunter2");
    assertThat(secret.reveal()).isEqualTo("hunter2");
    assertThat(secret.toString()).isEqualTo("[secret]");
    assertThat("token=" + secret).doesNotContain("hunter2");
  }

  @Test
  void secrets_are_equal_by_value() {
    assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a"));
    assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b")).isNotEqualTo("a");
    assertThat(Secret.of("\u00e9")).isNotEqualTo(Secret.of("e"));
  }

  @Test
  void a_secret_is_never_empty() {
    assertThatThrownBy(() -> Secret.of(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a secret is never empty");
  }

  @Test
  void a_secret_cannot_be_serialised() {
    assertThat(Secret.of("a")).isNotInstanceOf(Serializable.class);
  }
}
