package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigurationDocsTest {
  private static final Path DOCS = Path.of("docs/configuration.md");
  private static final Pattern VARIABLE =
      Pattern.compile("<variable name=\"([^\"]+)\"\\s+defaultValue=\"([^\"]*)\"");

  @Test
  void the_reference_repeats_the_catalogue_in_its_order_and_adds_nothing() throws IOException {
    List<String> rows =
        Files.readAllLines(DOCS).stream()
            .filter(line -> line.startsWith("| `" + Key.PREFIX))
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(Keys.all().stream().map(ConfigurationDocsTest::row).toList());
  }

  @Test
  void every_variable_of_the_server_is_described_with_its_default() throws IOException {
    List<String> rows =
        Files.readAllLines(DOCS).stream()
            .filter(line -> line.matches("\\| `(?!gatehouse\\.)[a-z.-]+` \\| `[A-Z_]+`.*"))
            .map(line -> line.replaceAll("^(\\| `[^`]+` \\| `[^`]+` \\| `[^`]*` \\|).*", "$1"))
            .toList();
    List<String> expected =
        VARIABLE
            .matcher(Files.readString(Path.of("server.xml")))
            .results()
            .filter(variable -> !variable.group(1).startsWith(Key.PREFIX))
            .map(ConfigurationDocsTest::row)
            .toList();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void every_key_in_the_files_of_the_server_exists() throws IOException {
    List<String> known = Keys.all().stream().map(Key::name).toList();
    for (Path file : List.of(Path.of("server.xml"), Path.of("src/dev/liberty/dev.xml"))) {
      assertThat(VARIABLE.matcher(Files.readString(file)).results())
          .extracting(variable -> variable.group(1))
          .filteredOn(name -> name.startsWith(Key.PREFIX))
          .isSubsetOf(known);
    }
  }

  static String row(Key key) {
    String fallback = key.fallback().map(value -> "`" + value + "`").orElse("");
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            key.name(),
            key.environmentForm().replace("__ID__", "_<ID>_"),
            key.form().words(),
            fallback.isEmpty() ? "–" : fallback,
            key.meaning());
  }

  private static String row(MatchResult variable) {
    String name = variable.group(1);
    return "| `%s` | `%s` | `%s` |".formatted(name, Key.environmentForm(name), variable.group(2));
  }
}
