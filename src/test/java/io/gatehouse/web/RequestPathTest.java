package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.testing.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/account;x=y",
        "/account;",
        "/;/account",
        "/account\\x",
        "//account",
        "/account//",
        "/a/../account",
        "/account/..",
        "/./account",
        "/account/.",
        "/account%2fx",
        "/account%2Fx",
        "/account%5cx",
        "/account%5Cx",
        "/account%3bx",
        "/account%3Bx",
        "/account%00",
        "/account%0d%0aX",
        "/account%1f",
        "/account%7f",
        "/account%7F",
        "/account%c0%af",
        "/account%C3%A9",
        "/account%ff",
        "/account%2e%2e",
        "/%2e/account",
        "/account%252f",
        "/account%25",
        "/account%3f",
        "/account%23",
        "/account%22",
        "/account%20",
        "/account%zz",
        "/account%2",
        "/accoun\u00e9",
        "/account x",
        "/account\t",
        "/account\"",
        "/account<",
        "/account|",
        "account",
        "http://evil.example/account",
        ""
      })
  void a_path_with_two_readings_is_refused(String raw) {
    assertThatThrownBy(() -> RequestPath.of(Requests.get(raw).build()))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.id()).isEqualTo(ErrorId.MALFORMED_PATH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/account",
        "/bff/v1/user/profile",
        "/a.b/..c/d...",
        "/a%20b",
        "/%41",
        "/~a!$&'()*+,=:@-_",
        "/.well-known/oauth-protected-resource",
        "/account/"
      })
  void a_plain_path_is_taken(String raw) {
    assertThat(RequestPath.of(Requests.get(raw).build()).value()).isEqualTo(raw);
  }

  @Test
  void a_session_id_that_the_container_cut_out_is_refused() {
    assertThatThrownBy(() -> RequestPath.of(Requests.get("/account").sessionIdInPath().build()))
        .isInstanceOf(RequestRefused.class);
  }

  @Test
  void decisions_are_made_on_the_containers_path() {
    RequestPath path = RequestPath.of(Requests.get("/%61ccount").normalisedTo("/account").build());

    assertThat(path.isWithin("/account")).isTrue();
  }

  @Test
  void a_prefix_ends_at_a_segment() {
    assertThat(new RequestPath("/account").isWithin("/account")).isTrue();
    assertThat(new RequestPath("/account/x").isWithin("/account")).isTrue();
    assertThat(new RequestPath("/account/").isWithin("/account/")).isTrue();
    assertThat(new RequestPath("/account").isWithin("/account/")).isTrue();
    assertThat(new RequestPath("/accounts").isWithin("/account")).isFalse();
    assertThat(new RequestPath("/Account").isWithin("/account")).isFalse();
    assertThat(new RequestPath("/x").isWithin("/")).isTrue();
    assertThat(new RequestPath("/x").isWithinAny(List.of("/y", "/x"))).isTrue();
  }
}
