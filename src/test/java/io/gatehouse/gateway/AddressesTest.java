package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private static final URI SITE = URI.create("https://app.example");
  private static final URI TARGET = URI.create("https://api.example/v1");
  private static final URI ASKED = URI.create("https://api.example/v1/a/b?x=1");

  private final Addresses addresses = new Addresses(SITE, "/bff/up", TARGET);

  @ParameterizedTest
  @CsvSource({
    "https://api.example/v1/c?y=2#z, /bff/up/c?y=2#z",
    "https://API.example:443/v1/c, /bff/up/c",
    "https://api.example/v1, /bff/up",
    "/v1/c, /bff/up/c",
    "c, /bff/up/a/c",
    "../c, /bff/up/c",
    "?y=2, /bff/up/a/b?y=2",
    "'?', /bff/up/a/b?",
    "'', /bff/up/a/b?x=1",
    "#z, /bff/up/a/b?x=1#z",
    "., /bff/up/a/",
    "..?y=2, /bff/up/?y=2",
    "./a:b, /bff/up/a/a:b",
    "../../../v1/c, /bff/up/c",
    "/v1/x/../c, /bff/up/c",
    "/../v1/./c/., /bff/up/c/",
    "https://api.example/v2/../v1/c, /bff/up/c",
    "//api.example/v1/c, /bff/up/c",
    "/v1/a/%2E%2e/c, /bff/up/c",
    "/v1/%252e%252e/c, /bff/up/%252e%252e/c",
    "/v1/..%2f..%2fc, /bff/up/..%2f..%2fc",
    "/v1/c?q=a|b, /bff/up/c?q=a%7Cb",
    "/v1/c?q={a}, /bff/up/c?q=%7Ba%7D",
    "/v1/c?q=[a]&r=../d, /bff/up/c?q=[a]&r=../d",
    "'/v1/{c}[0]?q=\"<^`>', /bff/up/%7Bc%7D%5B0%5D?q=%22%3C%5E%60%3E",
    "'c#{z}', /bff/up/a/c#%7Bz%7D",
    "https://app.example/bff/up/c, /bff/up/c",
    "https://app.example, /",
    "https://app.example/x/../y, /y",
    "https://pay.example/x?y#z, https://pay.example/x?y#z",
    "https://pay.example/x?q=a|b, https://pay.example/x?q=a%7Cb",
    "https://my_bucket.store.example/x, https://my_bucket.store.example/x",
    "https://my_bucket.store.example:8443, https://my_bucket.store.example:8443",
    "//my_bucket.store.example/x, https://my_bucket.store.example/x",
    "https://[2001:db8::1]:8443/x, https://[2001:db8::1]:8443/x",
    "http://api.example/v1/c, http://api.example/v1/c",
  })
  void a_reference_leads_where_the_browser_finds_it(String reference, String seen) {
    assertThat(addresses.seen(ASKED, reference)).contains(seen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/other",
        "/v1x",
        "/",
        "/v1/../other",
        "/v1/..",
        "../..",
        "../../..",
        "/v1/../..//evil.example",
        "/v1/%2e%2e/x",
        "/v1/.%2E/x",
        "/v1/a/%2e./%2e%2e/x",
        "https://app.example/%2e%2e//evil.example",
        "https://app.example/x/..//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/v1/..\\x",
        "https://pay.example\\@evil.example/",
        "http:/evil.example",
        "https:evil.example",
        "https:c",
        "///evil.example",
        "///v1/c",
        "////evil.example",
        "/\t/evil.example",
        "/v1/\tc",
        "/v1/\n/c",
        "ht\ntps://evil.example",
        "\u0001//evil.example",
        "/v1/c%",
        "/v1/c%zz",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@pay.example/",
        "https://0x7f.1/",
        "https://my_bucket..example/",
        "https://user@my_bucket.store.example/",
        "https://my_bucket.store.example|/",
        "https://{pay}.example/",
        "https://pay.example%2f@evil_host.example/",
        "ftp://my_bucket.store.example/x",
        "https:///x",
        "http://[",
        "a b"
      })
  void what_leads_nowhere_is_dropped(String reference) {
    assertThat(addresses.seen(ASKED, reference)).isEmpty();
  }

  @Test
  void a_relative_path_begins_at_the_root_where_the_address_has_no_path() {
    Addresses root = new Addresses(SITE, "/bff/up", URI.create("https://api.example"));
    assertThat(root.seen(URI.create("https://api.example"), "c")).contains("/bff/up/c");
    assertThat(root.seen(URI.create("https://api.example"), ".evil/c")).contains("/bff/up/.evil/c");
    assertThat(root.seen(URI.create("https://api.example?x=1"), "?y=2")).contains("/bff/up/?y=2");
  }

  @Test
  void a_path_never_becomes_another_site() {
    Addresses root = new Addresses(SITE, "/", URI.create("http://127.0.0.1:8080"));
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "//127.0.0.1:8080//evil.example"))
        .isEmpty();
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "//evil.example/y"))
        .contains("http://evil.example/y"); // said openly, as any other site
    Addresses below = new Addresses(SITE, "/", URI.create("http://127.0.0.1:8080/x"));
    assertThat(below.seen(URI.create("http://127.0.0.1:8080/x"), "/x//evil.example/")).isEmpty();
    assertThat(below.seen(URI.create("http://127.0.0.1:8080/x"), "/x/y/..//evil.example"))
        .isEmpty();
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "/v1/../..//evil.example"))
        .isEmpty();
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "../.././/evil.example")).isEmpty();
    assertThat(below.seen("/x//evil.example/")).isEmpty();
    assertThat(below.seen(URI.create("http://127.0.0.1:8080/x"), SITE + "//evil.example"))
        .isEmpty();
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "/y")).contains("/y");
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080"))
        .contains("/");
  }
}
