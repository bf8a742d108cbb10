package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParsingTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "15m, PT15M",
    "8h, PT8H",
    "7d, PT168H",
    "0s, PT0S",
    "' 30s ', PT30S"
  })
  void a_duration_has_a_number_and_a_unit(String text, Duration expected) throws Unusable {
    assertThat(Parse.duration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "30",
        "0",
        "-1s",
        "1.5h",
        "1h30m",
        "30 s",
        "30S",
        "PT30S",
        "s",
        "1w",
        "9999999999s"
      })
  void anything_else_is_no_duration(String text) {
    assertThatThrownBy(() -> Parse.duration(text)).isInstanceOf(Unusable.class);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "65536,65536", "64KB,65536", "1MB,1048576", "2000MB,2097152000"})
  void a_size_has_bytes_or_a_unit(String text, long expected) throws Unusable {
    assertThat(Parse.size(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,     10.255.255.255, true",
    "10.0.0.0/8,     11.0.0.0,       false",
    "192.168.1.7,    192.168.1.7,    true",
    "192.168.1.7,    192.168.1.8,    false",
    "192.168.1.128/25, 192.168.1.127, false",
    "192.168.1.128/25, 192.168.1.128, true",
    "0.0.0.0/0,      203.0.113.9,    true",
    "0.0.0.0/0,      ::1,            false",
    "fd00::/8,       fdff::1,        true",
    "fd00::/8,       fe00::1,        false",
    "::1,            0:0:0:0:0:0:0:1, true",
    "10.0.0.0/8,     ::ffff:10.0.0.1, true",
  })
  void a_block_holds_its_addresses(String block, String address, boolean isInside) {
    TrustedProxies proxies = new TrustedProxies(List.of(block));
    assertThat(proxies.trusts(address)).isEqualTo(isInside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.256", "fd00::/129",
        "localhost", "10.0.0.0/8/8", "010.0.0.1", "1:2", "gg::", ":::", "10.0.0.0/8x"
      })
  void what_is_no_block_is_refused(String text) {
    assertThat(Cidr.parse(text)).isEmpty();
    assertThatThrownBy(() -> new TrustedProxies(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example.com", "unknown", "", "_hidden", "10.0.0.1:80", "[::1]"})
  void a_name_is_never_an_address(String text) {
    assertThat(TrustedProxies.isAddress(text)).isFalse();
    assertThat(new TrustedProxies(List.of("0.0.0.0/0", "::/0")).trusts(text)).isFalse();
  }

  @Test
  void an_origin_is_written_as_a_browser_writes_it() throws Unusable {
    assertThat(Addresses.site("HTTPS://App.Example.COM:443/"))
        .hasToString("https://app.example.com");
    assertThat(Addresses.site("http://localhost:80")).hasToString("http://localhost");
    assertThat(Addresses.site("https://app.example.com:80"))
        .hasToString("https://app.example.com:80");
    assertThat(Addresses.site("http://localhost:443")).hasToString("http://localhost:443");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://example.com/localhost",
        "http://[::2]",
        "http://0.0.0.0",
        "http://10.0.0.1"
      })
  void a_host_that_only_resembles_loopback_is_not(String issuer) {
    assertThatThrownBy(() -> Addresses.issuer(issuer))
        .isInstanceOf(Unusable.class)
        .hasMessageContaining("loopback hosts only");
  }

  @Test
  void an_issuer_is_kept_to_the_letter() throws Unusable {
    assertThat(Addresses.issuer("https://Login.Example.com:443/Tenant/"))
        .hasToString("https://Login.Example.com:443/Tenant/");
  }
}
