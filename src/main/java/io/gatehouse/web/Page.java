package io.gatehouse.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page of ours from {@code pages/}: {@code {{name}}} is replaced by an escaped value, {@code
 * {{#name}}…{{/name}}} is kept or left out by a boolean, or repeated for each row of a list. There
 * is no way to put markup in.
 */
public final class Page {
  private static final Pattern SECTION =
      Pattern.compile("(?s)[ \\t]*\\{\\{#([a-z_]+)}}\\n?(.*?)[ \\t]*\\{\\{/\\1}}\\n?");
  private static final Pattern NAME = Pattern.compile("\\{\\{([a-z_]+)}}");

  private final String template;

  private Page(String template) {
    this.template = template;
  }

  /** Reads {@code pages/<name>.html}; call it once, when constructing. */
  public static Page named(String name) {
    try (InputStream in = Page.class.getResourceAsStream("/pages/" + name + ".html")) {
      if (in == null) {
        throw new IllegalStateException("no page " + name);
      }
      return new Page(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page of(String template) {
    return new Page(template);
  }

  /**
   * @param values for each placeholder its text, for each section a {@code Boolean} or a {@code
   *     List<Map<String, String>>}
   */
  public String fill(Map<String, ?> values) {
    Matcher sections = SECTION.matcher(template);
    StringBuilder html = new StringBuilder();
    int from = 0;
    while (sections.find()) {
      html.append(replaceNames(template.substring(from, sections.start()), values));
      html.append(section(sections.group(2), values.get(sections.group(1)), values));
      from = sections.end();
    }
    return html.append(replaceNames(template.substring(from), values)).toString();
  }

  private static String section(String body, @Nullable Object value, Map<String, ?> outer) {
    if (value instanceof Boolean kept) {
      return kept ? replaceNames(body, outer) : "";
    }
    if (value instanceof List<?> rows) {
      StringBuilder html = new StringBuilder();
      for (Object row : rows) {
        html.append(replaceNames(body, (Map<?, ?>) row));
      }
      return html.toString();
    }
    throw new IllegalStateException("a section needs a boolean or rows");
  }

  private static String replaceNames(String text, Map<?, ?> values) {
    return NAME.matcher(text)
        .replaceAll(
            match -> {
              if (!(values.get(match.group(1)) instanceof String value)) {
                throw new IllegalStateException("nothing to put in " + match.group());
              }
              return Matcher.quoteReplacement(Html.escape(value));
            });
  }
}
