package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenFilterTest {
  private static final String METADATA =
      "resource_metadata=\"https://gatehouse.example/.well-known/oauth-protected-resource\"";
  private static final ProtectedResource RESOURCE =
      ProtectedResource.of(
          URI.create("https://gatehouse.example/"),
          List.of(URI.create("https://as.example")),
          "/auth/login");
  private static final String BEARER = "Bearer " + TestToken.RAW;

  private final Map<String, Object> properties = new HashMap<>();

  @Test
  void a_verified_token_with_the_scope_passes() {
    call("read", TestToken.ofAlice(), BEARER);
    call("write", TestToken.ofAlice(), "bearer  " + TestToken.RAW);
  }

  @Test
  void without_a_token_the_challenge_has_no_error_code() {
    Refused refused = refused("read", null);
    assertThat(refused.refusal()).isEqualTo(Refusal.BEARER_MISSING);
    assertThat(refused.challenge()).isEqualTo("Bearer realm=\"gatehouse\", " + METADATA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YWxpY2U6YWxpY2U=", "DPoP abc", "", "Negotiate"})
  void another_scheme_is_no_bearer_token_even_when_somebody_is_signed_in(String header) {
    assertThat(refused("read", TestToken.ofAlice(), header).refusal())
        .isEqualTo(Refusal.BEARER_MISSING);
  }

  @Test
  void a_token_that_the_container_did_not_accept_is_invalid() {
    Refused refused = refused("read", null, BEARER);
    assertThat(refused.refusal()).isEqualTo(Refusal.BEARER_INVALID);
    assertThat(refused.challenge())
        .isEqualTo("Bearer realm=\"gatehouse\", error=\"invalid_token\", " + METADATA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearerx"})
  void a_malformed_token_is_invalid(String header) {
    assertThat(refused("read", TestToken.ofAlice(), header).refusal())
        .isEqualTo(Refusal.BEARER_INVALID);
  }

  @Test
  void a_principal_of_another_kind_never_authenticates() {
    Principal ambient = () -> "alice";
    assertThat(refused("read", ambient).refusal()).isEqualTo(Refusal.BEARER_MISSING);
    assertThat(refused("read", ambient, BEARER).refusal()).isEqualTo(Refusal.BEARER_INVALID);
  }

  @Test
  void a_token_principal_that_another_header_or_cookie_made_never_authenticates() {
    assertThat(refused("read", TestToken.ofAlice()).refusal()).isEqualTo(Refusal.BEARER_MISSING);
    assertThat(refused("read", TestToken.ofAlice(), "Bearer other").refusal())
        .isEqualTo(Refusal.BEARER_INVALID);
    assertThat(refused("read", TestToken.ofAlice().without("raw_token"), BEARER).refusal())
        .isEqualTo(Refusal.BEARER_INVALID);
  }

  @Test
  void two_authorization_headers_are_refused() {
    Refused refused = refused("read", TestToken.ofAlice(), BEARER, BEARER);
    assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_REQUEST);
    assertThat(refused.challenge()).contains("error=\"invalid_request\"");
  }

  @Test
  void a_token_that_cannot_be_verified_just_now_is_not_called_invalid() {
    properties.put("io.gatehouse.bearer.fault", new IllegalStateException("no keys"));
    Refused refused = refused("read", null, BEARER);
    assertThat(refused.refusal()).isEqualTo(Refusal.PROVIDER_UNREACHABLE);
    assertThat(refused.challenge()).isNull();
    assertThat(refused("read", null).refusal()).isEqualTo(Refusal.BEARER_MISSING);
  }

  @Test
  void a_missing_scope_is_named() {
    Refused refused = refused("write", TestToken.ofAlice().with("scope", "read writer"), BEARER);
    assertThat(refused.refusal()).isEqualTo(Refusal.SCOPE_MISSING);
    assertThat(refused.challenge())
        .isEqualTo(
            "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"write\", "
                + METADATA);
  }

  @Test
  void a_token_that_names_nobody_is_invalid() {
    for (TestToken nobody :
        List.of(
            TestToken.ofAlice().without("sub"),
            TestToken.ofAlice().with("sub", " "),
            TestToken.ofAlice().with("sub", "a".repeat(256)),
            TestToken.ofAlice().without("iss"))) {
      assertThat(refused("read", nobody, BEARER).refusal()).isEqualTo(Refusal.BEARER_INVALID);
    }
    call("read", TestToken.ofAlice().with("sub", "a".repeat(255)), BEARER);
  }

  @Test
  void no_refusal_repeats_the_token() {
    assertThatThrownBy(() -> call("read", null, BEARER))
        .hasMessageNotContaining(TestToken.RAW)
        .extracting(e -> String.valueOf(((Refused) e).challenge()))
        .asString()
        .doesNotContain(TestToken.RAW);
  }

  private Refused refused(String scope, Principal principal, String... authorization) {
    return catchThrowableOfType(Refused.class, () -> call(scope, principal, authorization));
  }

  private void call(String scope, Principal principal, String... authorization) {
    MultivaluedHashMap<String, String> headers = new MultivaluedHashMap<>();
    if (authorization.length > 0) {
      headers.addAll("Authorization", authorization);
    }
    SecurityContext security =
        stub(SecurityContext.class, Map.of("getUserPrincipal", new Object[] {principal}));
    ContainerRequestContext request =
        stub(
            ContainerRequestContext.class,
            Map.of(
                "getHeaders",
                new Object[] {headers},
                "getSecurityContext",
                new Object[] {security}));
    ResourceInfo called =
        stub(ResourceInfo.class, Map.of("getResourceMethod", new Object[] {method(scope)}));
    AccessTokenFilter filter = new AccessTokenFilter();
    filter.resource = RESOURCE;
    filter.called = called;
    filter.filter(request);
  }

  private static Method method(String scope) {
    for (Method method : UserProfileResource.class.getDeclaredMethods()) {
      RequiresScope required = method.getAnnotation(RequiresScope.class);
      if (required != null && required.value().equals(scope)) {
        return method;
      }
    }
    throw new AssertionError("no method needs scope " + scope);
  }

  /** An object of the interface that answers each named method with the one element given. */
  private <T> T stub(Class<T> type, Map<String, Object[]> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              if (method.getName().equals("getProperty")) {
                return properties.get(args[0]);
              }
              if (!answers.containsKey(method.getName())) {
                throw new UnsupportedOperationException(method.getName());
              }
              return answers.get(method.getName())[0];
            }));
  }
}
