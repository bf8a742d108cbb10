package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Rule 23. */
final class FramingTest {
  private final Responses response = new Responses();

  @Test
  void one_length_and_one_host_pass() throws Exception {
    assertPasses(put().with("Content-Length", "18").with("Host", "app.example"));
    assertPasses(put().with("Transfer-Encoding", "Chunked").with("Host", "app.example:9443"));
    assertPasses(put());
  }

  @Test
  void a_length_beside_chunks_is_refused() {
    assertRefused(put().with("Content-Length", "18").with("Transfer-Encoding", "chunked"));
  }

  @Test
  void several_lengths_are_refused_even_when_equal() {
    assertRefused(put().with("Content-Length", "18").with("Content-Length", "18"));
    assertRefused(put().with("Content-Length", "18, 18"));
    assertRefused(put().with("Content-Length", "18,19"));
  }

  @Test
  void two_hosts_are_refused_even_when_equal() {
    assertRefused(put().with("Host", "app.example").with("Host", "evil.example"));
    assertRefused(put().with("Host", "app.example").with("Host", "app.example"));
    assertRefused(put().with("Host", "app.example, app.example"));
    assertRefused(put().with("Host", "app.example,evil.example"));
  }

  @Test
  void a_coding_that_not_everybody_takes_for_chunks_is_refused() {
    assertRefused(put().with("Transfer-Encoding", "xchunked"));
    assertRefused(put().with("Transfer-Encoding", "chunked, identity"));
    assertRefused(put().with("Transfer-Encoding", "gzip, chunked"));
    assertRefused(put().with("Transfer-Encoding", ""));
    assertRefused(put().with("Transfer-Encoding", "chunked").with("Transfer-Encoding", "chunked"));
  }

  @Test
  void nothing_more_is_read_from_the_connection_of_such_a_request() {
    assertRefused(put().with("Content-Length", "18, 18"));

    assertThat(response.field("Connection")).isEqualTo("close");
  }

  @Test
  void http_2_where_the_container_repeats_fields_passes_unless_they_differ() throws Exception {
    Requests request = put().over("HTTP/2.0").with("Content-Length", "18");
    assertPasses(request.with("Content-Length", "18"));
    assertRefused(request.with("Content-Length", "19"));
    assertThat(response.field("Connection")).as("no field of HTTP/2 (RFC 9113 §8.2.2)").isNull();
  }

  private static Requests put() {
    return Requests.a("PUT", "/auth/refresh");
  }

  private void assertPasses(Requests request) throws Exception {
    AtomicBoolean passed = new AtomicBoolean();
    new AmbiguityFilter()
        .doFilter(request.build(), response.build(), (next, answer) -> passed.set(true));
    assertThat(passed).isTrue();
  }

  private void assertRefused(Requests request) {
    RequestRefused refused =
        catchThrowableOfType(
            RequestRefused.class,
            () ->
                new AmbiguityFilter()
                    .doFilter(
                        request.build(),
                        response.build(),
                        (next, answer) -> {
                          throw new AssertionError("passed");
                        }));
    assertThat(refused.id()).isEqualTo(ErrorId.MALFORMED_REQUEST);
  }
}
