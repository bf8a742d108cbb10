package io.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void an_id_has_256_random_bits_in_43_characters() {
    SessionId id = SessionId.random(random);
    assertThat(id.reveal()).hasSize(43).matches("[A-Za-z0-9_-]{43}");
    assertThat(Base64.getUrlDecoder().decode(id.reveal())).hasSize(32);
    assertThat(IntStream.range(0, 1000).mapToObj(i -> SessionId.random(random)))
        .doesNotHaveDuplicates();
  }

  @Test
  void what_reveal_writes_parse_reads() {
    SessionId id = SessionId.random(random);
    assertThat(SessionId.parse(id.reveal())).contains(id);
    assertThat(SessionId.parse(id.reveal()).orElseThrow()).hasSameHashCodeAs(id);
    assertThat(SessionId.random(random)).isNotEqualTo(id);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "short",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA A",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u00c4A",
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
      })
  void anything_else_is_no_id(String cookieValue) {
    assertThat(SessionId.parse(cookieValue)).isEmpty();
  }

  @Test
  void one_session_has_one_spelling() {
    // 43 characters carry 258 bits: the last two must be zero
    String exact = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assertThat(SessionId.parse(exact)).isPresent();
    for (char last : new char[] {'B', 'C', 'D'}) {
      assertThat(SessionId.parse(exact.substring(0, 42) + last)).isEmpty();
    }
  }

  @Test
  void the_hash_says_nothing_about_the_id_and_is_always_the_same() {
    SessionId id = SessionId.parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").orElseThrow();
    // SHA-256 of 32 zero bytes
    assertThat(id.hash()).isEqualTo("Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU").hasSize(43);
    assertThat(id.toString()).isEqualTo("[session id]");
  }
}
