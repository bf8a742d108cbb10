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
    "?y=2, /bff/up/a/?y=2",
    "https://app.example/bff/up/c, /bff/up/c",
    "https://app.example, /",
    "https://pay.example/x?y#z, https://pay.example/x?y#z",
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
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@pay.example/",
        "https:///x",
        "http://[",
        "a b"
      })
  void what_leads_nowhere_is_dropped(String reference) {
    assertThat(addresses.seen(ASKED, reference)).isEmpty();
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
    assertThat(below.seen("/x//evil.example/")).isEmpty();
    assertThat(below.seen(URI.create("http://127.0.0.1:8080/x"), SITE + "//evil.example"))
        .isEmpty();
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "/y")).contains("/y");
    assertThat(root.seen(URI.create("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080"))
        .contains("/");
  }
}
