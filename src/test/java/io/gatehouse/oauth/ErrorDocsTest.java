package io.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorDocsTest {
  private static final Path DOCS = Path.of("docs/errors.md");

  @Test
  void every_id_has_its_section_with_its_title_and_no_section_lacks_an_id() throws IOException {
    List<String> headings =
        Files.readAllLines(DOCS).stream().filter(line -> line.startsWith("## ")).toList();
    assertThat(headings)
        .containsExactlyElementsOf(
            Arrays.stream(ErrorId.values())
                .map(error -> "## " + error.code() + " " + error.title())
                .toList());
  }

  @Test
  void every_section_can_be_linked_to_by_its_id_alone() throws IOException {
    List<String> lines = Files.readAllLines(DOCS);
    for (ErrorId error : ErrorId.values()) {
      int heading = lines.indexOf("## " + error.code() + " " + error.title());
      assertThat(lines.get(heading - 1)).isEqualTo("<a id=\"" + error.code() + "\"></a>");
    }
  }

  @Test
  void every_section_says_status_causes_and_what_to_do() throws IOException {
    List<String> sections = sections();
    for (ErrorId error : ErrorId.values()) {
      assertThat(sections.get(error.ordinal()))
          .contains("Status " + status(error.kind()))
          .contains("**Usual causes.**")
          .contains("**What to do.**");
    }
  }

  @Test
  void ids_are_never_given_twice() {
    assertThat(ErrorId.values()).extracting(ErrorId::code).doesNotHaveDuplicates();
  }

  private static List<String> sections() throws IOException {
    List<String> parts = new ArrayList<>(List.of(Files.readString(DOCS).split("\n## ")));
    return parts.subList(1, parts.size());
  }

  private static int status(ErrorId.Kind kind) {
    return switch (kind) {
      case REFUSED -> 400;
      case UNAUTHENTICATED -> 401;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case TOO_MANY -> 429;
      case FIELDS_TOO_LARGE -> 431;
      case INTERNAL -> 500;
      case BAD_GATEWAY -> 502;
      case UNAVAILABLE -> 503;
      case GATEWAY_TIMEOUT -> 504;
    };
  }
}
