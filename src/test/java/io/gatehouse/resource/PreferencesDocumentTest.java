package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.resource.Refused.FieldProblem;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesDocumentTest {
  @Test
  void the_three_members_are_read_with_or_without_the_outer_object() throws IOException {
    String inner =
        """
        {"display_name":"Ālice 👩‍🚀","locale":"de-AT","time_zone":"Europe/Vienna"}""";
    UserPreferences expected = new UserPreferences("Ālice 👩‍🚀", "de-AT", "Europe/Vienna");
    assertThat(read(inner)).isEqualTo(expected);
    assertThat(read("{\"preferences\":" + inner + "}")).isEqualTo(expected);
  }

  @Test
  void a_member_left_out_or_null_is_a_choice_taken_back() throws IOException {
    assertThat(read("{}")).isEqualTo(UserPreferences.NONE);
    assertThat(read("{\"locale\":null}")).isEqualTo(UserPreferences.NONE);
    assertThat(read("{\"display_name\":\"A\"}")).isEqualTo(new UserPreferences("A", null, null));
  }

  @Test
  void every_wrong_field_has_its_entry() {
    Refused refused =
        refused(
            """
            {"preferences":{"display_name":"a\\u0007","locale":"de_AT","time_zone":7,"admin":true}}""");
    assertThat(refused.refusal()).isEqualTo(Refusal.PREFERENCES_INVALID);
    assertThat(refused.fields())
        .extracting(FieldProblem::field)
        .containsExactly("preferences", "display_name", "locale", "time_zone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"preferences\":{},\"subject\":\"bob\"}",
        "{\"preferences\":[]}",
        "{\"preferences\":null}",
        "{\"colour\":\"red\"}",
        "{\"Display_Name\":\"A\"}"
      })
  void unknown_members_are_refused(String body) {
    Refused refused = refused(body);
    assertThat(refused.refusal()).isEqualTo(Refusal.PREFERENCES_INVALID);
    assertThat(refused.fields()).extracting(FieldProblem::field).containsExactly("preferences");
    assertThat(refused.fields().toString()).doesNotContain("bob", "colour", "Display");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "\"text\"",
        "{\"locale\":\"de\"",
        "{\"locale\":\"de\"} {}",
        "{\"locale\":\"de\",\"locale\":\"en\"}",
        "{'locale':'de'}"
      })
  void what_is_not_one_json_object_is_malformed(String body) {
    assertThat(refused(body).refusal()).isEqualTo(Refusal.MALFORMED_REQUEST);
  }

  @Test
  void a_deep_nest_is_malformed_and_no_stack_overflow() {
    String deep = "{\"locale\":" + "[".repeat(16_000);
    assertThat(refused(deep).refusal()).isEqualTo(Refusal.MALFORMED_REQUEST);
  }

  @Test
  void bytes_that_are_not_utf8_are_malformed() {
    byte[] latin1 = "{\"display_name\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refused(MediaType.APPLICATION_JSON_TYPE, latin1).refusal())
        .isEqualTo(Refusal.MALFORMED_REQUEST);
  }

  @Test
  void sixteen_kilobytes_are_read_and_one_byte_more_is_too_large() throws IOException {
    String body = "{\"locale\":\"de\"}";
    String full = body + " ".repeat(PreferencesDocument.MAX_BODY - body.length());
    assertThat(read(full).locale()).isEqualTo("de");
    assertThat(refused(full + " ").refusal()).isEqualTo(Refusal.BODY_TOO_LARGE);
  }

  @Test
  void only_application_json_is_taken() throws IOException {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    MediaType withCharset = MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8");
    assertThat(PreferencesDocument.read(withCharset, new ByteArrayInputStream(body)))
        .isEqualTo(UserPreferences.NONE);
    for (MediaType other :
        new MediaType[] {
          null,
          MediaType.TEXT_PLAIN_TYPE,
          MediaType.WILDCARD_TYPE,
          new MediaType("application", "*"),
          new MediaType("application", "merge-patch+json"),
          MediaType.APPLICATION_FORM_URLENCODED_TYPE
        }) {
      assertThat(refused(other, body).refusal()).isEqualTo(Refusal.UNSUPPORTED_MEDIA_TYPE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "   ", "a\nb", "a\tb", "\u202Eecila", "\u2028", "\uE000", "\uD83D", "\u200E"})
  void an_unprintable_display_name_is_refused(String name) {
    assertOnlyProblem("display_name", json(name));
  }

  @Test
  void a_display_name_has_at_most_a_hundred_characters_however_many_bytes() throws IOException {
    String longest = "😀".repeat(PreferencesDocument.MAX_DISPLAY_NAME);
    assertThat(read("{\"display_name\":\"" + longest + "\"}").displayName()).isEqualTo(longest);
    assertOnlyProblem("display_name", "\"" + longest + "x\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de-AT", "zh-Hant-TW", "yue", "sr-Latn", "ca-ES-valencia"})
  void a_language_tag_is_a_locale(String tag) throws IOException {
    assertThat(read("{\"locale\":\"" + tag + "\"}").locale()).isEqualTo(tag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e",
        "english",
        "de_AT",
        "de-",
        "not a locale",
        "x-mine",
        "und",
        "../etc",
        "en-US-x"
      })
  void anything_else_is_no_locale(String tag) {
    assertOnlyProblem("locale", "\"" + tag + "\"");
  }

  @Test
  void an_endless_language_tag_is_no_locale() {
    assertOnlyProblem("locale", "\"de" + "-abcde".repeat(10) + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Vienna", "UTC", "America/Argentina/Buenos_Aires"})
  void a_name_of_the_time_zone_database_is_a_time_zone(String zone) throws IOException {
    assertThat(read("{\"time_zone\":\"" + zone + "\"}").timeZone()).isEqualTo(zone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Mars/Olympus", "europe/vienna", "+25:00", "../../etc/passwd"})
  void anything_else_is_no_time_zone(String zone) {
    assertOnlyProblem("time_zone", "\"" + zone + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "true", "[]", "{}"})
  void a_value_that_is_no_string_is_refused(String value) {
    assertOnlyProblem("display_name", value);
    assertOnlyProblem("locale", value);
    assertOnlyProblem("time_zone", value);
  }

  private static void assertOnlyProblem(String field, String value) {
    Refused refused = refused("{\"" + field + "\":" + value + "}");
    assertThat(refused.refusal()).isEqualTo(Refusal.PREFERENCES_INVALID);
    assertThat(refused.fields()).extracting(FieldProblem::field).containsExactly(field);
  }

  private static String json(String text) {
    StringBuilder escaped = new StringBuilder("\"");
    text.chars().forEach(unit -> escaped.append(String.format("\\u%04x", unit)));
    return escaped.append('"').toString();
  }

  private static UserPreferences read(String body) throws IOException {
    return PreferencesDocument.read(
        MediaType.APPLICATION_JSON_TYPE,
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Refused refused(String body) {
    return refused(MediaType.APPLICATION_JSON_TYPE, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Refused refused(MediaType type, byte[] body) {
    return catchThrowableOfType(
        Refused.class, () -> PreferencesDocument.read(type, new ByteArrayInputStream(body)));
  }
}
