package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.BearerRules;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenListenerTest {
  private final List<Secret> judged = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private final Map<String, Object> attributes = new HashMap<>();

  @AfterEach
  void hide() {
    BearerRules.hide();
  }

  @Test
  void a_bearer_token_for_the_api_is_judged() {
    request(judged::add, "/api/v1/user/profile", "Bearer abc.def.ghi");

    assertThat(judged).containsExactly(Secret.of("abc.def.ghi"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/session", "/", "/apis/x", "/bff/api/x"})
  void a_bearer_token_for_anything_else_is_not_even_looked_at(String path) {
    request(judged::add, path, "Bearer abc.def.ghi");

    assertThat(judged).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer ", "Bearerx", "Bear er"})
  void what_is_no_bearer_token_is_not_judged(String header) {
    request(judged::add, "/api/v1/user/profile", header);

    assertThat(judged).isEmpty();
  }

  @Test
  void the_container_finds_no_body_to_look_for_a_token_in() {
    for (String header : List.of("Bearer abc", "Basic YTpi")) {
      taken.clear();
      request(judged::add, "/bff/x", header);

      assertThat(taken).containsExactly("body");
    }
    taken.clear();
    request(judged::add, "/bff/x");

    assertThat(taken).isEmpty();
  }

  @Test
  void of_two_headers_neither_counts() {
    request(judged::add, "/api/v1/user/profile", "Bearer abc", "Bearer def");

    assertThat(judged).isEmpty();
  }

  @Test
  void what_an_earlier_request_left_on_the_thread_is_hidden() {
    BearerRules.show(URI.create("https://as.example"), "gatehouse-api", "RS256", "{\"keys\":[]}");

    request(judged::add, "/api/v1/user/profile");

    assertThat(new BearerRules().getValue("mp.jwt.verify.issuer")).isNull();
  }

  @Test
  void a_token_that_cannot_be_judged_now_is_not_called_bad() {
    Fault unreachable = new Failing(ErrorId.PROVIDER_UNREACHABLE);

    request(failing(unreachable), "/api/v1/user/profile", "Bearer abc");

    assertThat(attributes).containsEntry("io.gatehouse.bearer.fault", unreachable);
  }

  @Test
  void a_refused_token_leaves_no_trace() {
    request(failing(new Failing(ErrorId.BEARER_INVALID)), "/api/v1/user/profile", "Bearer abc");

    assertThat(attributes).isEmpty();
  }

  private static Consumer<Secret> failing(Fault fault) {
    return token -> {
      throw fault;
    };
  }

  private void request(Consumer<Secret> admit, String path, String... authorization) {
    BearerTokenListener listener = new BearerTokenListener();
    listener.gate = new BearerTokenGate(admit);
    listener.requestInitialized(
        new ServletRequestEvent(context(), requestOf(path, List.of(authorization))));
  }

  private HttpServletRequest requestOf(String path, List<String> authorization) {
    return fake(
        HttpServletRequest.class,
        (method, arguments) ->
            switch (method) {
              case "getRequestURI" -> path;
              case "getServletContext" -> context();
              case "getHeader" -> authorization.stream().findFirst().orElse(null);
              case "getInputStream" -> {
                taken.add("body");
                yield null;
              }
              case "getHeaders" -> Collections.enumeration(authorization);
              case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
              default -> throw new AssertionError(method);
            });
  }

  private static ServletContext context() {
    return fake(ServletContext.class, (method, arguments) -> "");
  }

  private interface Answers {
    Object to(String method, Object[] arguments);
  }

  private static <T> T fake(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
  }

  private static final class Failing extends Fault {
    Failing(ErrorId id) {
      super(id, "as the test wants it");
    }
  }
}
