package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.RouteConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.LogLines;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.Response;
import java.io.FileNotFoundException;
import java.io.StringReader;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultMapperTest {
  private final List<SecurityEvent> events = new ArrayList<>();
  private final FaultMapper faults = faults(events);
  private final Responses response = new Responses();

  static FaultMapper faults(List<SecurityEvent> events) {
    return faults(Configurations.standard().build(), events);
  }

  private static FaultMapper faults(
      GatehouseConfiguration configuration, List<SecurityEvent> events) {
    return new FaultMapper(
        configuration,
        new ClientAddress(configuration.trustedProxies()),
        new SecurityEvents(List.of(events::add)),
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
        new SecureRandom());
  }

  @Test
  void a_fetch_gets_a_problem_document_to_the_member() {
    Answer answer =
        faults.answer(
            Requests.fetch("POST", "/auth/refresh").build(),
            new RequestRefused(ErrorId.CROSS_SITE_REQUEST, "what happened"));
    JsonObject problem = json(answer);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(field(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(field(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(problem.keySet())
        .containsExactly("type", "title", "status", "detail", "code", "reference");
    assertThat(problem.getString("type"))
        .isEqualTo("https://localhost:9443/docs/errors.md#GH-1103");
    assertThat(problem.getString("title")).isEqualTo(ErrorId.CROSS_SITE_REQUEST.title());
    assertThat(problem.getInt("status")).isEqualTo(403);
    assertThat(problem.getString("detail")).isEqualTo("what happened");
    assertThat(problem.getString("code")).isEqualTo("GH-1103");
    assertThat(problem.getString("reference")).hasSize(12);
  }

  @Test
  void a_page_leads_to_the_account_page_unless_a_site_took_its_place_at_this_host() {
    RouteConfiguration site = Configurations.route("/", "https://site.example", "GET");
    assertThat(errorPage()).contains("href=\"/account\"");
    assertThat(errorPage(Configurations.route("/acc", "https://site.example", "GET"), site))
        .doesNotContain("/account");
    assertThat(errorPage(at("shop.example", site))).contains("href=\"/account\"");
    assertThat(errorPage(at("LOCALHOST", site))).doesNotContain("/account");
  }

  private static String errorPage(RouteConfiguration... routes) {
    return faults(Configurations.standard().routes(routes).build(), new ArrayList<>())
        .answer(Requests.navigation("/x").build(), new RequestRefused(ErrorId.NOT_FOUND, "d"))
        .body();
  }

  private static RouteConfiguration at(String host, RouteConfiguration route) {
    return new RouteConfiguration(
        route.id(),
        Optional.of(host),
        route.path(),
        route.methods(),
        route.target(),
        route.access(),
        route.limits(),
        route.crossing());
  }

  @Test
  void a_401_says_where_to_sign_in() {
    Answer answer =
        faults.answer(
            Requests.fetch("GET", "/account").build(),
            new RequestRefused(ErrorId.NOT_SIGNED_IN, "d"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).getString("login_url")).isEqualTo("/auth/login");
  }

  @Test
  void missing_scopes_are_a_403_that_says_where_to_allow_them() {
    Answer answer =
        faults.answer(
            Requests.fetch("GET", "/bff/orders").build(),
            RequestRefused.consentNeeded(Set.of("orders:write", "orders/read&x")));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(json(answer).getString("code")).isEqualTo("GH-1215");
    assertThat(json(answer).getString("login_url"))
        .isEqualTo("/auth/login?scope=orders%2Fread%26x%20orders%3Awrite");
  }

  @Test
  void scopes_that_every_login_asks_for_are_not_asked_for_by_a_login_url() {
    assertThat(
            json(faults.answer(
                    Requests.fetch("GET", "/bff/orders").build(),
                    RequestRefused.consentNeeded(Set.of("email", "orders"))))
                .getString("login_url"))
        .isEqualTo("/auth/login?scope=orders");
    assertThat(
            json(faults.answer(
                    Requests.fetch("GET", "/bff/orders").build(),
                    RequestRefused.consentNeeded(Set.of("email"))))
                .getString("login_url"))
        .isEqualTo("/auth/login");
  }

  @Test
  void a_weak_sign_in_is_a_401_that_says_where_to_make_a_stronger_one() {
    assertThat(stepUp(List.of("urn:a", "b&c"), Optional.of(Duration.ofMinutes(5))))
        .isEqualTo("/auth/login?acr_values=urn%3Aa%20b%26c&max_age=300");
    assertThat(stepUp(List.of(), Optional.of(Duration.ZERO))).isEqualTo("/auth/login?max_age=0");
    assertThat(stepUp(List.of("a"), Optional.empty())).isEqualTo("/auth/login?acr_values=a");
  }

  @Test
  void what_a_resource_asks_of_a_sign_in_is_bounded() {
    String longest = "x".repeat(256);

    assertThat(stepUp(List.of("1", "2", "3", "2", "4", "5", "6"), Optional.empty()))
        .isEqualTo("/auth/login?acr_values=1%202%203%204%205");
    assertThat(stepUp(List.of(longest + "x", "a b", "\"", "\u00e9", "", "good"), Optional.empty()))
        .isEqualTo("/auth/login?acr_values=good");
    assertThat(stepUp(List.of(longest, "y".repeat(256), "z"), Optional.empty()))
        .isEqualTo("/auth/login?acr_values=" + longest + "%20z");
    assertThat(stepUp(List.of("\n"), Optional.of(Duration.ofDays(999_999))))
        .isEqualTo("/auth/login?max_age=999999999");
    assertThat(stepUp(List.of(), Optional.of(Duration.ofSeconds(-1))))
        .isEqualTo("/auth/login?max_age=0");
    assertThat(stepUp(List.of(), Optional.empty())).isEqualTo("/auth/login?prompt=login");
  }

  @Test
  void a_person_gets_one_button_that_asks_for_it_and_comes_back() {
    Answer consent =
        faults.answer(
            Requests.navigation("/shop/cart?item=7").build(),
            RequestRefused.consentNeeded(Set.of("buy")));
    Answer stepUp =
        faults.answer(
            Requests.navigation("/shop/cart").build(),
            RequestRefused.stepUpNeeded(List.of("mfa"), Optional.empty()));

    assertThat(consent.status()).isEqualTo(403);
    assertThat(consent.body())
        .contains("href=\"/auth/login?scope=buy&amp;return_to=%2Fshop%2Fcart%3Fitem%3D7\"");
    assertThat(stepUp.status()).isEqualTo(401);
    assertThat(stepUp.body())
        .contains("href=\"/auth/login?acr_values=mfa&amp;return_to=%2Fshop%2Fcart\"");
  }

  private String stepUp(List<String> acrValues, Optional<Duration> maxAge) {
    Answer answer =
        faults.answer(
            Requests.fetch("GET", "/bff/orders").build(),
            RequestRefused.stepUpNeeded(acrValues, maxAge));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).getString("code")).isEqualTo("GH-1216");
    return json(answer).getString("login_url");
  }

  @Test
  void a_navigation_gets_a_page_with_the_same_facts() {
    Answer answer =
        faults.answer(
            Requests.navigation("/account").build(),
            new RequestRefused(ErrorId.STORE_UNREACHABLE, "a <b> & c"));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(field(answer, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(field(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(answer.body())
        .contains("<h1>We cannot look up your session just now</h1>")
        .contains("a &lt;b&gt; &amp; c")
        .contains("GH-1901")
        .contains(((SecurityEvent.RequestRefused) events.get(0)).reference())
        .contains("<a class=\"button\" href=\"/account\">Try again</a>");
  }

  @Test
  void the_reference_is_random_and_in_the_log() {
    HttpServletRequest request = Requests.get("/").build();
    Answer one = faults.answer(request, new RequestRefused(ErrorId.NOT_FOUND, "d"));
    Answer other = faults.answer(request, new RequestRefused(ErrorId.NOT_FOUND, "d"));

    assertThat(json(one).getString("reference")).isNotEqualTo(json(other).getString("reference"));
    assertThat(events.get(0))
        .isEqualTo(
            new SecurityEvent.RequestRefused(
                ErrorId.NOT_FOUND, "d", json(one).getString("reference"), "192.0.2.7", "GET", "/"));
  }

  @Test
  void the_log_names_the_path_as_written_without_query_and_session_id() {
    RequestRefused failure = new RequestRefused(ErrorId.NOT_FOUND, "d");
    faults.answer(
        Requests.a("PUT", "/a%0ab;jsessionid=abc?code=c0de").normalisedTo("/a\nb").build(),
        failure);
    faults.answer(
        Requests.get("/error-page")
            .attribute(RequestDispatcher.ERROR_REQUEST_URI, "/asked;jsessionid=abc")
            .build(),
        failure);
    faults.answer(Requests.get("/auth/callback%3Fcode=c0de").build(), failure);

    assertThat(events)
        .extracting(event -> ((SecurityEvent.RequestRefused) event).method())
        .containsExactly("PUT", "GET", "GET");
    assertThat(events)
        .extracting(event -> ((SecurityEvent.RequestRefused) event).path())
        .containsExactly("/a%0ab", "/asked", "/auth/callback");
  }

  @Test
  void what_passes_by_itself_says_when_to_come_back() {
    assertThat(retryAfter(Optional.of(Duration.ofMillis(1001)))).isEqualTo("2");
    assertThat(retryAfter(Optional.of(Duration.ofSeconds(30)))).isEqualTo("30");
    assertThat(retryAfter(Optional.of(Duration.ZERO))).isEqualTo("1");
    assertThat(retryAfter(Optional.empty())).isEqualTo("5");
  }

  @ParameterizedTest
  @EnumSource(ErrorId.class)
  void every_id_has_a_status_and_one_button(ErrorId id) {
    Answer answer =
        faults.answer(Requests.navigation("/account").build(), new RequestRefused(id, "d"));

    assertThat(answer.status()).isBetween(400, 504);
    assertThat(answer.body().split("class=\"button\"", -1)).hasSize(2);
    assertThat(answer.body()).contains(id.code());
  }

  @Test
  void a_bug_says_nothing_about_itself() {
    Answer answer =
        faults.answer(
            Requests.fetch("GET", "/x").build(),
            new IllegalStateException("secret in a message", new RuntimeException("another")));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(json(answer).getString("code")).isEqualTo("GH-1902");
    assertThat(answer.body()).doesNotContain("secret", "another", "Exception", "java");
  }

  @Test
  void the_trace_of_a_bug_leaves_its_messages_out() {
    String trace =
        Failures.trace(new IllegalStateException("secret", new RuntimeException("another")));

    assertThat(trace)
        .contains("java.lang.IllegalStateException at io.gatehouse.web.FaultMapperTest.")
        .contains("caused by java.lang.RuntimeException")
        .doesNotContain("secret", "another");
  }

  @Test
  void a_bug_that_anybody_calls_up_fills_no_log() {
    try (LogLines log = new LogLines(FaultMapper.class.getName())) {
      for (int i = 0; i < 1000; i++) {
        faults.answer(Requests.get("/").build(), new IllegalStateException());
      }
      assertThat(log.lines()).hasSize(60);
    }
    assertThat(events).hasSize(1000);
  }

  @Test
  void a_fault_within_is_found() {
    Answer answer =
        faults.answer(
            Requests.get("/").build(),
            new ServletException(new RequestRefused(ErrorId.MALFORMED_PATH, "d")));

    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void what_the_rest_runtime_throws_is_told_apart() {
    assertThat(status(new NotFoundException())).isEqualTo(404);
    assertThat(status(new NotAllowedException("GET"))).isEqualTo(405);
    assertThat(status(new NotSupportedException())).isEqualTo(415);
    assertThat(status(new FileNotFoundException("/secret/path"))).isEqualTo(404);
  }

  @Test
  void a_405_of_a_resource_keeps_saying_which_methods_there_are() {
    FaultExceptionMapper mapper = new FaultExceptionMapper();
    mapper.faults = faults;
    mapper.request = Requests.fetch("POST", "/auth/session").build();

    Response answer = mapper.toResponse(new NotAllowedException("GET", new String[] {"HEAD"}));

    assertThat(answer.getStatus()).isEqualTo(405);
    assertThat(answer.getHeaderString("Allow")).contains("GET", "HEAD");
    assertThat(answer.getHeaderString("Content-Type")).isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource({
    "400,400,GH-1102",
    "403,404,GH-1104",
    "404,404,GH-1104",
    "405,405,GH-1105",
    "501,405,GH-1105",
    "413,413,GH-1106",
    "415,415,GH-1107",
    "500,500,GH-1902",
    "401,401,GH-1501"
  })
  void the_containers_own_errors_look_like_ours(int sent, int answered, String code)
      throws Exception {
    filter(
        Requests.fetch("GET", "/x").build(),
        (request, downstream) -> ((HttpServletResponse) downstream).sendError(sent, "Tomcat says"));

    assertThat(response.status()).isEqualTo(answered);
    assertThat(response.field("Content-Type")).isEqualTo("application/problem+json");
    assertThat(response.body()).contains(code).doesNotContain("Tomcat");
  }

  @Test
  void a_redirect_by_the_container_is_none() throws Exception {
    filter(
        Requests.fetch("GET", "/app").build(),
        (request, downstream) ->
            ((HttpServletResponse) downstream).sendRedirect("https://evil.example/app/"));

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.field("Location")).isNull();
  }

  @Test
  void what_the_chain_throws_is_answered() throws Exception {
    filter(
        Requests.fetch("GET", "/x").build(),
        (request, downstream) -> {
          downstream.getOutputStream().write('x');
          throw new RequestRefused(ErrorId.MALFORMED_PATH, "d");
        });

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).startsWith("{");
  }

  @Test
  void a_response_half_sent_is_cut_and_never_continued() {
    assertThatThrownBy(
            () ->
                filter(
                    Requests.get("/").build(),
                    (request, downstream) -> {
                      response.commit();
                      throw new IllegalStateException("mid-body");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void the_error_address_asked_for_directly_does_not_exist() throws Exception {
    ContainerErrorServlet servlet = new ContainerErrorServlet();
    servlet.faults = faults;
    servlet.headers = new SecurityHeaders(Configurations.standard().build());
    servlet.service(Requests.get("/error").build(), response.build());
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.field("Content-Security-Policy")).isNotNull();

    Responses dispatched = new Responses();
    servlet.service(
        Requests.get("/error").attribute("jakarta.servlet.error.status_code", 405).build(),
        dispatched.build());
    assertThat(dispatched.status()).isEqualTo(405);
  }

  @Test
  void a_bug_that_the_container_caught_is_logged_under_the_reference_shown() throws Exception {
    ContainerErrorServlet servlet = new ContainerErrorServlet();
    servlet.faults = faults;
    servlet.headers = new SecurityHeaders(Configurations.standard().build());
    Throwable thrown = new ArithmeticException("secret");
    try (LogLines log = new LogLines(FaultMapper.class.getName())) {
      servlet.service(
          Requests.get("/error")
              .attribute("jakarta.servlet.error.status_code", 500)
              .attribute("jakarta.servlet.error.exception", thrown)
              .build(),
          response.build());

      assertThat(log.records())
          .singleElement()
          .extracting(record -> List.of(record.getParameters()).toString())
          .asString()
          .contains(
              "java.lang.ArithmeticException",
              ((SecurityEvent.RequestRefused) events.get(0)).reference())
          .doesNotContain("secret");
    }
    assertThat(response.status()).isEqualTo(500);
    assertThat(response.body()).contains("GH-1902").doesNotContain("secret", "Arithmetic");
  }

  @Test
  void a_login_url_carries_its_target_encoded() {
    assertThat(NextStep.loginUrl(ReturnTarget.HOME)).isEqualTo("/auth/login");
    assertThat(NextStep.loginUrl(new ReturnTarget("/account?a=b&c=d")))
        .isEqualTo("/auth/login?return_to=%2Faccount%3Fa%3Db%26c%3Dd");
  }

  @Test
  void an_unauthenticated_navigation_is_shown_the_way_in() {
    Answer answer =
        faults.answer(
            Requests.navigation("/shop/cart").build(),
            new RequestRefused(ErrorId.NOT_SIGNED_IN, "d"));

    assertThat(answer.body()).contains("href=\"/auth/login?return_to=%2Fshop%2Fcart\">Sign in<");
  }

  private String retryAfter(Optional<Duration> wait) {
    return field(
        faults.answer(
            Requests.get("/").build(), new RequestRefused(ErrorId.PROVIDER_UNREACHABLE, "d", wait)),
        "Retry-After");
  }

  private int status(Throwable failure) {
    return faults.answer(Requests.get("/").build(), failure).status();
  }

  private void filter(HttpServletRequest request, FilterChain chain) throws Exception {
    FaultFilter filter = new FaultFilter();
    filter.faults = faults;
    filter.doFilter(request, response.build(), chain);
  }

  static String field(Answer answer, String name) {
    Map<String, String> fields = new HashMap<>();
    answer
        .fields()
        .forEach(field -> fields.merge(field.name(), field.value(), (a, b) -> a + "|" + b));
    return fields.get(name);
  }

  private static JsonObject json(Answer answer) {
    return Json.createReader(new StringReader(answer.body())).readObject();
  }
}
