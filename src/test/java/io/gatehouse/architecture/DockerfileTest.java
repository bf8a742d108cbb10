package io.gatehouse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build of the image reads must get into it, and nothing that is for development. */
class DockerfileTest {
  private static final Pattern WEB_RESOURCES =
      Pattern.compile("<webResources>(.*?)</webResources>", Pattern.DOTALL);
  private static final Pattern RESOURCE =
      Pattern.compile(
          "<directory>([^<]+)</directory>.*?<include>([^<]+)</include>", Pattern.DOTALL);

  private final List<String> copied = copied();
  private final List<String> allowed =
      lines(".dockerignore")
          .filter(line -> line.startsWith("!"))
          .map(line -> line.substring(1))
          .toList();

  @Test
  void what_the_war_takes_from_outside_its_sources_is_copied() throws IOException {
    Matcher war = WEB_RESOURCES.matcher(Files.readString(Path.of("pom.xml")));
    assertThat(war.find()).isTrue();
    List<String> needed = new ArrayList<>(List.of("pom.xml", "server.xml", "src/main"));
    Matcher resource = RESOURCE.matcher(war.group(1));
    while (resource.find()) {
      needed.add(resource.group(1) + "/" + resource.group(2));
    }
    assertThat(copied).containsAll(needed);
  }

  @Test
  void what_is_copied_is_there_and_not_ignored() {
    assertThat(copied).allSatisfy(path -> assertThat(Path.of(path)).exists());
    assertThat(allowed).containsAll(copied);
  }

  @Test
  void nothing_of_development_gets_in() {
    assertThat(allowed).noneMatch(path -> "src/dev".startsWith(path) || path.startsWith("src/dev"));
    assertThat(lines(".dockerignore").findFirst()).contains("**");
  }

  private static List<String> copied() {
    return lines("Dockerfile")
        .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
        .map(line -> line.split(" "))
        // the last word is where it goes
        .flatMap(words -> Arrays.stream(words, 1, words.length - 1))
        .toList();
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
