package io.gatehouse.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ServerSecrets;
import io.gatehouse.oauth.Secret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SealerTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] PLAIN = "a refresh token".getBytes(UTF_8);
  private static final byte[] ROW = "row 1".getBytes(UTF_8);
  private static final Secret OLD = secret(1);
  private static final Secret NEW = secret(2);

  private final Sealer sealer = sealer(OLD);

  private static Secret secret(int fill) {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) fill);
    return Secret.of(Base64.getEncoder().encodeToString(bytes));
  }

  private static Sealer sealer(Secret... newestFirst) {
    return new Sealer(new ServerSecrets(List.of(newestFirst)), RANDOM);
  }

  @Test
  void what_was_sealed_opens_again_and_shows_nothing_meanwhile() {
    Sealed sealed = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    assertThat(new String(sealed.ciphertext(), UTF_8)).doesNotContain("refresh");
    assertThat(sealer.open(Purpose.SESSION, sealed, ROW)).hasValue(PLAIN);
  }

  @Test
  void a_record_moved_to_another_row_does_not_open() {
    Sealed sealed = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    assertThat(sealer.open(Purpose.SESSION, sealed, "row 2".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void a_record_of_one_purpose_does_not_open_as_another() {
    Sealed sealed = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    assertThat(sealer.open(Purpose.LOGIN_STATE, sealed, ROW)).isEmpty();
  }

  @Test
  void one_changed_bit_anywhere_and_it_does_not_open() {
    Sealed sealed = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    for (int bit = 0; bit < sealed.ciphertext().length * 8; bit++) {
      byte[] changed = sealed.ciphertext().clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(
              sealer.open(
                  Purpose.SESSION, new Sealed(sealed.keyId(), sealed.nonce(), changed), ROW))
          .isEmpty();
    }
    for (int bit = 0; bit < sealed.nonce().length * 8; bit++) {
      byte[] changed = sealed.nonce().clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(
              sealer.open(
                  Purpose.SESSION, new Sealed(sealed.keyId(), changed, sealed.ciphertext()), ROW))
          .isEmpty();
    }
  }

  @Test
  void a_cut_record_does_not_open() {
    Sealed sealed = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    for (int length = 0; length < sealed.ciphertext().length; length++) {
      byte[] cut = java.util.Arrays.copyOf(sealed.ciphertext(), length);
      assertThat(sealer.open(Purpose.SESSION, new Sealed(sealed.keyId(), sealed.nonce(), cut), ROW))
          .isEmpty();
    }
    assertThat(
            sealer.open(
                Purpose.SESSION,
                new Sealed(sealed.keyId(), new byte[12], sealed.ciphertext()),
                ROW))
        .isEmpty();
  }

  @Test
  void keys_roll_over_newest_seals_and_all_open() {
    Sealed before = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    Sealer both = sealer(NEW, OLD);
    Sealed after = both.seal(Purpose.SESSION, PLAIN, ROW);
    assertThat(both.open(Purpose.SESSION, before, ROW)).isPresent();
    assertThat(after.keyId()).isNotEqualTo(before.keyId());
    assertThat(sealer(NEW).open(Purpose.SESSION, after, ROW)).isPresent();
  }

  @Test
  void a_record_of_a_retired_key_is_simply_closed() {
    Sealed sealed = sealer.seal(Purpose.SESSION, PLAIN, ROW);
    assertThat(sealer(NEW).open(Purpose.SESSION, sealed, ROW)).isEmpty();
  }

  @Test
  void no_two_seals_are_alike() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      seen.add(sealer.seal(Purpose.SESSION, PLAIN, ROW).encode());
    }
    assertThat(seen).hasSize(1000);
  }

  @Test
  void derived_bytes_depend_on_key_purpose_and_every_part() {
    byte[] a = "a".getBytes(UTF_8);
    byte[] b = "b".getBytes(UTF_8);
    List<String> derived = new ArrayList<>();
    for (byte[] bytes :
        List.of(
            sealer.derive(Purpose.LOGIN_NONCE, a, b),
            sealer.derive(Purpose.LOGIN_VERIFIER, a, b),
            sealer.derive(Purpose.LOGIN_NONCE, b, a),
            sealer.derive(Purpose.LOGIN_NONCE, "ab".getBytes(UTF_8)),
            sealer.derive(Purpose.LOGIN_NONCE, "ab".getBytes(UTF_8), new byte[0]),
            sealer.derive(Purpose.LOGIN_NONCE, new byte[0], "ab".getBytes(UTF_8)),
            sealer(NEW).derive(Purpose.LOGIN_NONCE, a, b))) {
      derived.add(Base64.getEncoder().encodeToString(bytes));
    }
    assertThat(derived).doesNotHaveDuplicates();
    assertThat(sealer.derive(Purpose.LOGIN_NONCE, a, b))
        .isEqualTo(sealer(OLD).derive(Purpose.LOGIN_NONCE, a, b))
        .hasSize(32);
  }

  @Test
  void what_was_derived_before_a_roll_over_can_be_derived_after_it() {
    byte[] state = "state".getBytes(UTF_8);
    byte[] before = sealer.derive(Purpose.LOGIN_NONCE, state);
    assertThat(sealer(NEW, OLD).deriveWith(sealer.newestKeyId(), Purpose.LOGIN_NONCE, state))
        .hasValue(before);
    assertThat(sealer(NEW).deriveWith(sealer.newestKeyId(), Purpose.LOGIN_NONCE, state)).isEmpty();
  }

  @Test
  void an_index_is_found_under_every_key() {
    String before = sealer.indexes(Purpose.SESSION_INDEX, "acme", "alice").get(0);
    List<String> after = sealer(NEW, OLD).indexes(Purpose.SESSION_INDEX, "acme", "alice");
    assertThat(after).hasSize(2).contains(before).doesNotHaveDuplicates();
    assertThat(sealer.indexes(Purpose.SESSION_INDEX, "acmea", "lice")).doesNotContain(before);
  }

  @Test
  void both_alphabets_of_base64_name_the_same_secret() {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) 0xfb);
    Secret standard = Secret.of(Base64.getEncoder().encodeToString(bytes));
    Secret url = Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    assertThat(sealer(standard).newestKeyId()).isEqualTo(sealer(url).newestKeyId());
  }

  @Test
  void the_compact_form_has_one_spelling() {
    Sealed sealed = sealer.seal(Purpose.LOGIN_STATE, PLAIN, ROW);
    String text = sealed.encode();
    assertThat(text).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    assertThat(sealer.open(Purpose.LOGIN_STATE, Sealed.parse(text).orElseThrow(), ROW))
        .hasValue(PLAIN);
    for (String other :
        List.of("", ".", "..", "a.b", "a.b.c.d", text + "=", text + ".", " " + text, text + "\n")) {
      assertThat(Sealed.parse(other)).as(other).isEmpty();
    }
    assertThat(Sealed.parse("k.AB.AA")).as("loose trailing bits").isEmpty();
  }
}
