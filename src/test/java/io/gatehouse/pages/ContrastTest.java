package io.gatehouse.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WCAG 2.2 §1.4.3 and §1.4.11 over the palette of {@code gatehouse.css}, by day and by night. */
final class ContrastTest {
  private static final Path CSS = Path.of("src/main/webapp/assets/gatehouse.css");
  private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): #([0-9a-f]{6}|[0-9a-f]{3});");
  private static final double TEXT = 4.5;
  private static final double FRAME = 3;

  @ParameterizedTest
  @CsvSource({
    "ink, wall",
    "ink, sky",
    "ink-soft, wall",
    "ink-soft, sky",
    "verdigris, wall",
    "verdigris, sky",
    "on-verdigris, verdigris",
    "brick, wall",
    "on-passage, passage",
    "on-lantern, lantern"
  })
  void text_can_be_read(String text, String ground) throws IOException {
    assertThat(contrast(day(), text, ground)).isGreaterThanOrEqualTo(TEXT);
    assertThat(contrast(night(), text, ground)).isGreaterThanOrEqualTo(TEXT);
  }

  @ParameterizedTest
  @CsvSource({"lantern, passage", "verdigris, wall", "ink-soft, wall", "brick, wall"})
  void what_can_be_used_can_be_seen(String frame, String ground) throws IOException {
    assertThat(contrast(day(), frame, ground)).isGreaterThanOrEqualTo(FRAME);
    assertThat(contrast(night(), frame, ground)).isGreaterThanOrEqualTo(FRAME);
  }

  private static Map<String, String> day() throws IOException {
    return colours(css().substring(0, css().indexOf("@media (prefers-color-scheme: dark)")));
  }

  /** What the night does not repaint stays as by day. */
  private static Map<String, String> night() throws IOException {
    return colours(css());
  }

  private static String css() throws IOException {
    return Files.readString(CSS);
  }

  private static Map<String, String> colours(String css) {
    Map<String, String> colours = new HashMap<>();
    Matcher colour = COLOUR.matcher(css);
    while (colour.find()) {
      colours.put(colour.group(1), colour.group(2));
    }
    return colours;
  }

  private static double contrast(Map<String, String> colours, String one, String other) {
    double a = luminance(Objects.requireNonNull(colours.get(one)));
    double b = luminance(Objects.requireNonNull(colours.get(other)));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(String hex) {
    String six = hex.length() == 6 ? hex : hex.replaceAll("(.)", "$1$1");
    return 0.2126 * channel(six, 0) + 0.7152 * channel(six, 2) + 0.0722 * channel(six, 4);
  }

  private static double channel(String hex, int at) {
    double value = Integer.parseInt(hex.substring(at, at + 2), 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
