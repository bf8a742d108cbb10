package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.Requests;
import io.gatehouse.web.RequestRefused;
import org.junit.jupiter.api.Test;

/** Rule 23. */
final class FramingTest {
  @Test
  void one_length_and_one_host_pass() {
    assertPasses(put().with("Content-Length", "18").with("Host", "app.example"));
    assertPasses(put().with("Transfer-Encoding", "chunked").with("Host", "app.example"));
  }

  @Test
  void a_length_beside_chunks_is_refused() {
    assertRefused(put().with("Content-Length", "18").with("Transfer-Encoding", "chunked"));
  }

  @Test
  void several_lengths_are_refused_even_when_equal() {
    assertRefused(put().with("Content-Length", "18").with("Content-Length", "18"));
    assertRefused(put().with("Content-Length", "18, 18"));
  }

  @Test
  void two_hosts_are_refused() {
    assertRefused(put().with("Host", "app.example").with("Host", "evil.example"));
  }

  @Test
  void http_2_where_the_container_repeats_the_length_passes_unless_lengths_differ() {
    Requests request = put().over("HTTP/2.0").with("Content-Length", "18");
    assertPasses(request.with("Content-Length", "18"));
    assertRefused(request.with("Content-Length", "19"));
  }

  private static Requests put() {
    return Requests.a("PUT", "/bff/v1/user/profile");
  }

  private static void assertPasses(Requests request) {
    assertThatCode(() -> Framing.check(request.build())).doesNotThrowAnyException();
  }

  private static void assertRefused(Requests request) {
    assertThatThrownBy(() -> Framing.check(request.build())).isInstanceOf(RequestRefused.class);
  }
}
