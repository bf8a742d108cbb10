package io.gatehouse.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PageFilesTest {
  private static final Path PAGES = Path.of("src/main/resources/pages");
  private static final Path MODULES = Path.of("src/main/webapp/app");
  private static final Pattern INLINE =
      Pattern.compile("<style|<script(?![^>]*\\bsrc=)|\\sstyle=|\\son[a-z]+=|javascript:");
  private static final Pattern ADDRESS = Pattern.compile("\\b(?:href|src|action)=\"([^\"]*)\"");
  private static final Pattern DANGEROUS =
      Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(");
  private static final Pattern STORAGE =
      Pattern.compile("localStorage|sessionStorage|indexedDB|document\\.cookie");

  static List<Path> pages() throws IOException {
    return files(PAGES, ".html");
  }

  static List<Path> modules() throws IOException {
    return files(MODULES, ".js");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_page_has_nothing_inline_that_the_content_security_policy_would_block(Path page)
      throws IOException {
    assertThat(Files.readString(page)).doesNotContainPattern(INLINE);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_page_refers_to_this_site_only(Path page) throws IOException {
    assertThat(ADDRESS.matcher(Files.readString(page)).results().map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(address -> address.matches("/(?!/).*|/|#main|\\{\\{[a-z_]+}}"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_page_can_be_found_ones_way_about_in(Path page) throws IOException {
    assertThat(Files.readString(page))
        .contains("<html lang=\"en\">", "name=\"viewport\"", "<title>", "<main id=\"main\"", "<h1")
        .contains("<a class=\"skip\" href=\"#main\">");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void a_module_stores_nothing_and_writes_no_markup(Path module) throws IOException {
    assertThat(Files.readString(module))
        .doesNotContainPattern(STORAGE)
        .doesNotContainPattern(DANGEROUS);
  }

  @Test
  void only_api_js_fetches() throws IOException {
    assertThat(modules())
        .filteredOn(module -> read(module).matches("(?s).*(\\bfetch\\(|XMLHttpRequest).*"))
        .containsExactly(MODULES.resolve("api.js"));
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
