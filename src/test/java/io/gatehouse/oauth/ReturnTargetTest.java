package io.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnTargetTest {
  private static final URI SITE = URI.create("https://app.example.com/auth/callback");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/account",
        "/account/",
        "/a/b/c",
        "/a/b/c/",
        "/report_2026-11.html",
        "/a.b/c..d",
        "/~alice/notes",
        "/items/42@home",
        "/a!$()*+,=:b",
        "/?",
        "/?q=1",
        "/account?tab=sessions&sort=-date",
        "/search?q=caf%C3%A9%20au%20lait",
        "/search?next=%2Fauth%2Flogin",
        "/search?next=https%3A%2F%2Fevil.example",
        "/search?next=https://evil.example//x",
        "/search?a=../../x",
        "/search?a=b;c=d",
        "/authors",
        "/auth-guide",
        "/authentication/x",
        "/x/auth/login",
        "/Auth/login",
      })
  void a_path_of_this_site_is_kept_as_it_is(String path) {
    ReturnTarget target = ReturnTarget.parse(path).orElseThrow();
    assertThat(target.path()).isEqualTo(path);
    assertThat(target).hasToString(path);
    assertThat(SITE.resolve(path).getHost()).isEqualTo("app.example.com");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        // other sites, in every way a browser would read one
        "//evil.example",
        "//evil.example/",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example",
        "/a\\b",
        "//",
        "/a//b",
        "/a//evil.example",
        "https://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "http:\\\\evil.example",
        "HTTPS://evil.example",
        "https://app.example.com/account",
        "https://app.example.com@evil.example/",
        "//app.example.com/account",
        "//evil.example@app.example.com/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://app.example.com/x",
        "mailto:a@b",
        "@evil.example",
        ".evil.example",
        ":80",
        ":evil",
        "evil.example",
        "account",
        "./account",
        "../account",
        "?q=1",
        "#top",
        "*",
        // dot segments and what decodes to them
        "/.",
        "/..",
        "/./",
        "/../",
        "/a/.",
        "/a/..",
        "/a/../b",
        "/a/./b",
        "/a/../../evil.example",
        "/.hidden",
        "/a/.well-known",
        "/...",
        "/.%2e/",
        "/%2e",
        "/%2e%2e/",
        "/%2E%2E/x",
        "/%2f",
        "/%2fevil.example",
        "/%2F%2Fevil.example",
        "/%5cevil.example",
        "/%5C%5Cevil.example",
        "/%252fevil.example",
        "/%09/evil.example",
        "/%00",
        "/a%20b",
        "/%",
        "/%zz",
        "/caf%C3%A9",
        // path parameters
        "/;/evil.example",
        "/account;jsessionid=1",
        "/a;b/c",
        "/;@evil.example",
        // white space and control characters
        " /account",
        "/account ",
        "/a b",
        "\t/account",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "/account\n",
        "/account\r\nSet-Cookie: a=b",
        "/account\u0000",
        "/\u0000/evil.example",
        "/account\u007f",
        "\u000b/account",
        "/account?q=a b",
        "/account?q=a\tb",
        "/account?q=a\nb",
        "/account?q=%0d%0aSet-Cookie:a=b",
        "/account?q=%0A",
        "/account?q=%00",
        "/account?q=%1f",
        "/account?q=%7f",
        "/account?q=%5c",
        "/account?q=\\",
        "/account?q=%",
        "/account?q=%4",
        "/account?q=%gg",
        // what could leave an attribute, a header or a script
        "/account?q=\"",
        "/account?q='",
        "/account?q=<script>",
        "/account?q=`",
        "/account?q={x}",
        "/account?q=|",
        "/account?q=^",
        "/a\"b",
        "/a'b",
        "/<script>",
        "/a&b",
        "/a#b",
        "/account#top",
        "/account?q=1#top",
        "/a[b]",
        "/a|b",
        "/a^b",
        "/a`b",
        "/a{b}",
        // characters outside ASCII, look-alikes of slash, dot and space among them
        "/caf\u00e9",
        "/\u2044evil.example",
        "/\u2215evil.example",
        "/\uff0fevil.example",
        "\uff0f\uff0fevil.example",
        "/\uff3cevil.example",
        "/\u3002evil",
        "/\u2024\u2024/",
        "/\u00a0account",
        "/\u200baccount",
        "/\ufeffaccount",
        "\ufeff/account",
        "/\u202eaccount",
        "/\u0085/evil.example",
        "/\u2028/evil.example",
        "/account?q=\u00e9",
        "/\ud800",
        "/\ud83d\ude00",
        // never back into a login, a logout or any step of one
        "/auth",
        "/auth/",
        "/auth?x=1",
        "/auth/login",
        "/auth/login?return_to=/auth/login",
        "/auth/callback?code=a&state=b",
        "/auth/logout",
        "/auth/logged-out",
        "/auth/session/deeper",
      })
  void anything_else_is_refused(String candidate) {
    assertThat(ReturnTarget.parse(candidate)).isEmpty();
    if (candidate != null) {
      assertThatThrownBy(() -> new ReturnTarget(candidate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("not a local return target");
    }
  }

  static Stream<String> everyCharacterInFrontOfAHost() {
    List<String> candidates = new ArrayList<>();
    for (int first = 0; first < 256; first++) {
      candidates.add("/" + (char) first + "/evil.example");
      candidates.add((char) first + "//evil.example");
      candidates.add("/" + (char) first + "//evil.example");
    }
    return candidates.stream();
  }

  @ParameterizedTest
  @MethodSource("everyCharacterInFrontOfAHost")
  void no_character_turns_a_path_into_a_host(String candidate) {
    ReturnTarget.parse(candidate)
        .ifPresent(
            target -> {
              assertThat(target.path()).matches("/[^/\\\\]/{1,2}evil\\.example");
              assertThat(SITE.resolve(target.path()).getHost()).isEqualTo("app.example.com");
            });
  }

  @Test
  void a_target_has_at_most_1024_characters() {
    assertThat(ReturnTarget.parse("/" + "a".repeat(1023))).isPresent();
    assertThat(ReturnTarget.parse("/" + "a".repeat(1024))).isEmpty();
    assertThat(ReturnTarget.parse("/?" + "a".repeat(1022))).isPresent();
    assertThat(ReturnTarget.parse("/?" + "a".repeat(1023))).isEmpty();
  }

  @Test
  void judging_a_hostile_length_takes_no_time() {
    for (String unit : List.of("a/", "a.", "%", "/.", "?", "%4", "a%2")) {
      String hostile = "/" + unit.repeat(500_000);
      assertThat(ReturnTarget.parse(hostile)).isEmpty();
      IntStream.of(1022, 1023, 1024)
          .forEach(length -> ReturnTarget.parse(hostile.substring(0, length) + "\\"));
    }
  }

  @Test
  void home_is_the_root() {
    assertThat(ReturnTarget.HOME.path()).isEqualTo("/");
    assertThat(ReturnTarget.parse("/")).contains(ReturnTarget.HOME);
  }
}
