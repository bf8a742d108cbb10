package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageTest {

  @Test
  void values_are_escaped_wherever_they_stand() {
    String html =
        Page.of("<p title=\"{{a}}\">{{a}}</p>").fill(Map.of("a", "<script>\"'&\\1$0</script>"));

    assertThat(html)
        .isEqualTo(
            "<p title=\"&lt;script&gt;&quot;&#39;&amp;\\1$0&lt;/script&gt;\">"
                + "&lt;script&gt;&quot;&#39;&amp;\\1$0&lt;/script&gt;</p>");
  }

  @Test
  void a_value_cannot_bring_a_placeholder() {
    assertThat(Page.of("{{a}}{{b}}").fill(Map.of("a", "{{b}}", "b", "x"))).isEqualTo("{{b}}x");
  }

  @Test
  void sections_are_kept_left_out_or_repeated() {
    Page page = Page.of("<ul>\n{{#rows}}\n<li>{{n}}</li>\n{{/rows}}\n</ul>{{#on}}{{x}}{{/on}}");

    assertThat(
            page.fill(
                Map.of(
                    "rows", List.of(Map.of("n", "<1>"), Map.of("n", "2")), "on", true, "x", "y")))
        .isEqualTo("<ul>\n<li>&lt;1&gt;</li>\n<li>2</li>\n</ul>y");
    assertThat(page.fill(Map.of("rows", List.of(), "on", false))).isEqualTo("<ul>\n</ul>");
  }

  @Test
  void a_forgotten_value_is_no_empty_place() {
    assertThatThrownBy(() -> Page.of("{{a}}").fill(Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Page.of("{{#a}}{{/a}}").fill(Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void every_page_that_the_edge_fills_exists() {
    assertThat(
            Page.named("error")
                .fill(
                    Map.of(
                        "title",
                        "t",
                        "detail",
                        "d",
                        "code",
                        "c",
                        "reference",
                        "r",
                        "button_label",
                        "l",
                        "button_href",
                        "/",
                        "account_page",
                        false)))
        .doesNotContain("{{");
    assertThat(Page.named("landing").fill(Map.of("target", "/a?b=c&d")))
        .contains("<meta http-equiv=\"refresh\" content=\"0; url=/a?b=c&amp;d\">")
        .contains("<a href=\"/a?b=c&amp;d\">");
    assertThat(Page.named("bounce").fill(Map.of("target", "/a")))
        .contains("<meta http-equiv=\"refresh\" content=\"0; url=/a\">");
    assertThat(
            Page.named("logout")
                .fill(Map.of("csrf_token", "x", "account_page", true, "inside", "/in")))
        .contains("value=\"x\"", "href=\"/in\"");
    assertThat(Page.named("home").fill(Map.of("development", false))).doesNotContain("alice");
    assertThat(Page.named("account").fill(Map.of("development", false))).contains("<title>");
    assertThat(Page.named("signed-out").fill(Map.of("inside", "/in"))).contains("return_to=/in");
    assertThat(
            Page.named("providers")
                .fill(Map.of("providers", List.of(Map.of("name", "N", "href", "/h")))))
        .contains("<a href=\"/h\">N</a>");
  }

  @Test
  void a_page_that_does_not_exist_is_noticed_at_once() {
    assertThatThrownBy(() -> Page.named("nothing")).isInstanceOf(IllegalStateException.class);
  }
}
