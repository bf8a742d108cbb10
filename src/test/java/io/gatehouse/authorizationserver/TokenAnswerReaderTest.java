package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.authorizationserver.TokenAnswerReader.Refused;
import io.gatehouse.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security rule 13, member by member. */
class TokenAnswerReaderTest {

  @Test
  void the_least_answer_is_a_token_and_its_type() throws Refused {
    TokenAnswer answer = read("\"access_token\":\"at\",\"token_type\":\"Bearer\"");

    assertThat(answer.accessToken()).isEqualTo(Secret.of("at"));
    assertThat(answer.refreshToken()).isEmpty();
    assertThat(answer.idToken()).isEmpty();
    assertThat(answer.expiresIn()).isEqualTo(Duration.ofMinutes(5));
    assertThat(answer.refreshExpiresIn()).isEmpty();
    assertThat(answer.scopes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "bearer", "BEARER", "DPoP", "dpop"})
  void the_type_counts_in_any_case(String type) throws Refused {
    assertThat(read("\"access_token\":\"at\",\"token_type\":\"" + type + "\"")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"access_token\":\"at\"",
        "\"access_token\":\"at\",\"token_type\":\"mac\"",
        "\"access_token\":\"at\",\"token_type\":\"N_A\"",
        "\"access_token\":\"at\",\"token_type\":\"\"",
        "\"access_token\":\"at\",\"token_type\":[\"Bearer\"]",
        "\"access_token\":\"at\",\"token_type\":null"
      })
  void any_other_type_is_refused(String members) {
    assertRefused(members, "token_type is not Bearer or DPoP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "[\"at\"]",
        "{}",
        "\" \"",
        "\"a b\"",
        "\"at\\n\"",
        "\"at\\r\\nX-Injected: 1\"",
        "\"\\u0000\"",
        "\"\\u007f\"",
        "\"t\\u00f6ken\""
      })
  void a_token_that_is_not_printable_is_refused(String value) {
    String type = "\"token_type\":\"Bearer\",";
    assertRefused(type + "\"access_token\":" + value, "access_token is not a printable string");
    assertRefused(
        type + "\"access_token\":\"at\",\"refresh_token\":" + value,
        "refresh_token is not a printable string");
    assertRefused(
        type + "\"access_token\":\"at\",\"id_token\":" + value,
        "id_token is not a printable string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"other\":1", "\"access_token\":null", "\"access_token\":\"\""})
  void an_answer_without_an_access_token_is_refused(String members) {
    assertRefused("\"token_type\":\"Bearer\"," + members, "access_token is missing");
  }

  @Test
  void a_token_of_64_kilobytes_passes_and_a_character_more_does_not() throws Refused {
    String most = "x".repeat(64 * 1024);

    assertThat(read("\"token_type\":\"Bearer\",\"access_token\":\"" + most + "\"")).isNotNull();
    assertRefused(
        "\"token_type\":\"Bearer\",\"access_token\":\"x" + most + "\"",
        "access_token is not a printable string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\""})
  void an_empty_refresh_token_is_none(String value) throws Refused {
    assertThat(readWith("\"refresh_token\":" + value).refreshToken()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "3600, PT1H",
    "'\"3600\"', PT1H",
    "3600.9, PT1H",
    "3.6e3, PT1H",
    "1, PT1S",
    "0, PT1S",
    "-1, PT1S",
    "'\"-3600\"', PT1S",
    "0.5, PT1S",
    "2592000, PT720H",
    "2592001, PT720H",
    "99999999999999999999999, PT720H",
    "1e30, PT720H",
    "'\"99999999999999999999999\"', PT5M",
    "'\"soon\"', PT5M",
    "'\"\"', PT5M",
    "null, PT5M",
    "true, PT5M",
    "[3600], PT5M"
  })
  void expires_in_is_clamped_whatever_it_says(String value, Duration expected) throws Refused {
    assertThat(readWith("\"expires_in\":" + value).expiresIn()).isEqualTo(expected);
  }

  @Test
  void the_life_of_the_refresh_token_is_told_under_either_name() throws Refused {
    assertThat(readWith("\"refresh_expires_in\":1800").refreshExpiresIn())
        .contains(Duration.ofMinutes(30));
    assertThat(readWith("\"refresh_token_expires_in\":\"1800\"").refreshExpiresIn())
        .contains(Duration.ofMinutes(30));
    assertThat(readWith("\"refresh_expires_in\":1e12").refreshExpiresIn())
        .contains(Duration.ofDays(365));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "null", "\"never\""})
  void a_refresh_token_without_a_given_end_has_none(String value) throws Refused {
    assertThat(readWith("\"refresh_expires_in\":" + value).refreshExpiresIn()).isEmpty();
  }

  @Test
  void scopes_are_those_granted() throws Refused {
    assertThat(readWith("\"scope\":\"openid  read\"").scopes().orElseThrow())
        .containsExactly("openid", "read");
  }

  @Test
  void scopes_left_out_are_as_requested_and_empty_ones_are_none() throws Refused {
    assertThat(readWith("\"scope\":null").scopesOr(Set.of("read"))).containsExactly("read");
    assertThat(readWith("\"scope\":\"\"").scopesOr(Set.of("read"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "[\"openid\"]", "\" \"", "\"a\\\"b\"", "\"a\\\\b\"", "\"a\\nb\""})
  void scopes_that_are_none_are_refused(String value) {
    assertRefused(
        "\"token_type\":\"Bearer\",\"access_token\":\"at\",\"scope\":" + value,
        "scope is not a list of scope tokens");
  }

  @Test
  void a_refusal_never_repeats_the_value() {
    assertThat(refused("\"token_type\":\"leak\"").toString()).doesNotContain("leak");
  }

  private static TokenAnswer readWith(String members) throws Refused {
    return read("\"token_type\":\"Bearer\",\"access_token\":\"at\"," + members);
  }

  private static TokenAnswer read(String members) throws Refused {
    return TokenAnswerReader.read(
        new Answer(
            200,
            Map.of("content-type", List.of("application/json;charset=UTF-8")),
            ("{" + members + "}").getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertRefused(String members, String reason) {
    assertThat(refused(members).reason()).isEqualTo(reason);
  }

  private static Refused refused(String members) {
    return catchThrowableOfType(Refused.class, () -> read(members));
  }
}
