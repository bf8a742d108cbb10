package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopesTest {
  @Test
  void a_space_delimited_string_is_split() {
    assertThat(scopes("openid read write")).containsExactlyInAnyOrder("openid", "read", "write");
  }

  @Test
  void an_array_of_strings_is_taken_as_it_is() {
    assertThat(scopes(List.of("openid", "read"))).containsExactlyInAnyOrder("openid", "read");
    assertThat(scopes(Json.createArrayBuilder().add("openid").add("read").build()))
        .containsExactlyInAnyOrder("openid", "read");
  }

  @Test
  void a_json_string_is_a_string() {
    assertThat(scopes(Json.createValue("openid read"))).containsExactlyInAnyOrder("openid", "read");
  }

  @Test
  void an_array_element_with_a_space_is_one_odd_scope_and_grants_neither_half() {
    assertThat(scopes(List.of("read write"))).containsExactly("read write");
  }

  @Test
  void where_there_is_no_scope_claim_scp_is_read_as_a_string_or_an_array() {
    TestToken token = TestToken.ofAlice().without("scope");
    assertThat(Scopes.of(token.with("scp", "read write")))
        .containsExactlyInAnyOrder("read", "write");
    assertThat(Scopes.of(token.with("scp", List.of("read", "write"))))
        .containsExactlyInAnyOrder("read", "write");
  }

  @Test
  void beside_a_scope_claim_scp_grants_nothing() {
    TestToken token = TestToken.ofAlice().with("scp", "write");
    assertThat(Scopes.of(token.with("scope", "read"))).containsExactly("read");
    assertThat(Scopes.of(token.with("scope", ""))).isEmpty();
    assertThat(Scopes.of(token.with("scope", 42))).isEmpty();
  }

  @Test
  void what_is_not_a_string_grants_nothing() {
    assertThat(scopes(42)).isEmpty();
    assertThat(scopes(Arrays.asList(1, null, List.of("read")))).isEmpty();
    assertThat(Scopes.of(TestToken.ofAlice().without("scope"))).isEmpty();
  }

  @Test
  void scopes_keep_their_case_and_separator() {
    assertThat(scopes("READ read2 read\twrite")).doesNotContain("read", "write");
  }

  private static java.util.Set<String> scopes(Object claim) {
    return Scopes.of(TestToken.ofAlice().with("scope", claim));
  }
}
