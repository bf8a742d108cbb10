package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.TrustedProxies;
import io.gatehouse.testing.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAddressTest {
  private final ClientAddress nobodyTrusted = new ClientAddress(new TrustedProxies(List.of()));
  private final ClientAddress addresses =
      new ClientAddress(new TrustedProxies(List.of("10.0.0.0/8", "2001:db8::/32")));

  @Test
  void forwarded_addresses_from_anybody_do_not_count() {
    var request = Requests.get("/").from("10.0.0.1").with("X-Forwarded-For", "203.0.113.9").build();

    assertThat(nobodyTrusted.of(request)).isEqualTo("10.0.0.1");
    assertThat(
            addresses.of(
                Requests.get("/").from("192.0.2.1").with("X-Forwarded-For", "203.0.113.9").build()))
        .isEqualTo("192.0.2.1");
  }

  @Test
  void a_proxy_tells_who_it_forwards_for() {
    assertThat(
            addresses.of(
                Requests.get("/").from("10.0.0.1").with("X-Forwarded-For", "203.0.113.9").build()))
        .isEqualTo("203.0.113.9");
    assertThat(
            addresses.of(
                Requests.get("/")
                    .from("2001:db8::1")
                    .with("X-Forwarded-For", "2001:db9::2")
                    .build()))
        .isEqualTo("2001:db9::2");
  }

  @Test
  void what_the_client_itself_claimed_before_the_proxies_does_not_count() {
    assertThat(
            addresses.of(
                Requests.get("/")
                    .from("10.0.0.1")
                    .with("X-Forwarded-For", "198.51.100.1, 203.0.113.9")
                    .with("X-Forwarded-For", "10.2.3.4")
                    .build()))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void what_is_no_address_ends_the_chain() {
    for (String claimed : List.of("evil.example", "unknown", "", "203.0.113.9:80", "1.2.3.400")) {
      assertThat(
              addresses.of(
                  Requests.get("/").from("10.0.0.1").with("X-Forwarded-For", claimed).build()))
          .isEqualTo("10.0.0.1");
    }
  }

  @Test
  void other_forwarding_fields_change_nothing() {
    assertThat(
            addresses.of(
                Requests.get("/")
                    .from("10.0.0.1")
                    .with("Forwarded", "for=203.0.113.9")
                    .with("X-Real-IP", "203.0.113.9")
                    .with("$WSRA", "203.0.113.9")
                    .build()))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void the_user_agent_is_kept_short_and_printable() {
    assertThat(ClientAddress.userAgent(Requests.get("/").build())).isEmpty();
    assertThat(
            ClientAddress.userAgent(
                Requests.get("/").with("User-Agent", "a\u0001\u00e9b" + "x".repeat(400)).build()))
        .startsWith("abx")
        .hasSize(256);
  }
}
