package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyFilterTest {
  private final List<String> passedOn = new ArrayList<>();

  @Test
  void what_says_to_be_larger_than_a_megabyte_is_refused_unread() {
    assertThat(
            catchThrowableOfType(
                    RequestRefused.class,
                    () -> filter(Requests.a("POST", "/auth/logout"), "1048577"))
                .id())
        .isEqualTo(ErrorId.BODY_TOO_LARGE);
    assertThat(passedOn).isEmpty();
  }

  @Test
  void a_provider_is_told_that_its_logout_token_is_none() {
    assertThat(
            catchThrowableOfType(
                    RequestRefused.class,
                    () -> filter(Requests.a("POST", "/auth/backchannel-logout"), "1048577"))
                .id())
        .isEqualTo(ErrorId.LOGOUT_TOKEN_REFUSED);
  }

  @Test
  void anything_else_goes_on() throws Exception {
    filter(Requests.a("POST", "/auth/logout"), "1048576");
    filter(Requests.a("POST", "/auth/logout"), null);
    assertThat(passedOn).hasSize(2);
  }

  private void filter(Requests request, String length) throws Exception {
    if (length != null) {
      request.with("Content-Length", length);
    }
    new BodyFilter()
        .doFilter(
            request.build(), new Responses().build(), (passed, response) -> passedOn.add("on"));
  }
}
