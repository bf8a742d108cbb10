package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.resource.Refused.FieldProblem;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemMapperTest {
  private final ProblemMapper mapper = new ProblemMapper();

  ProblemMapperTest() {
    mapper.resource =
        ProtectedResource.of(
            URI.create("https://gatehouse.example/"),
            List.of(URI.create("https://as.example")),
            "/auth/login");
  }

  @Test
  void a_refusal_is_a_problem_with_every_member_of_the_contract() {
    Response answer =
        mapper.toResponse(
            Refused.challenged(Refusal.BEARER_MISSING, "Send it.", "Bearer realm=\"gatehouse\""));
    assertThat(answer.getStatus()).isEqualTo(401);
    assertThat(answer.getMediaType()).hasToString("application/problem+json");
    assertThat(answer.getHeaderString("WWW-Authenticate")).isEqualTo("Bearer realm=\"gatehouse\"");
    JsonObject problem = json(answer);
    assertThat(problem.getString("type"))
        .startsWith("https://gatehouse.example/")
        .contains("GH-1801");
    assertThat(problem.getString("title")).isEqualTo("An access token is needed");
    assertThat(problem.getInt("status")).isEqualTo(401);
    assertThat(problem.getString("detail")).isEqualTo("Send it.");
    assertThat(problem.getString("code")).isEqualTo("GH-1801");
    assertThat(problem.getString("reference")).isNotBlank();
    assertThat(problem.getString("login_url")).isEqualTo("/auth/login");
  }

  @Test
  void each_wrong_field_has_its_entry() {
    JsonObject problem =
        json(
            mapper.toResponse(
                Refused.fields(
                    List.of(new FieldProblem("locale", "x"), new FieldProblem("time_zone", "y")))));
    assertThat(problem.getInt("status")).isEqualTo(400);
    assertThat(problem.getJsonArray("errors").getValuesAs(JsonObject.class))
        .extracting(entry -> entry.getString("field"))
        .containsExactly("locale", "time_zone");
    assertThat(problem).doesNotContainKey("login_url");
  }

  @Test
  void an_unknown_path_and_method_are_problems_too_and_keep_allow() {
    assertThat(json(mapper.toResponse(new NotFoundException())).getString("code"))
        .isEqualTo("GH-1104");
    Response notAllowed = mapper.toResponse(new NotAllowedException("GET", new String[] {"PUT"}));
    assertThat(notAllowed.getStatus()).isEqualTo(405);
    assertThat(notAllowed.getHeaderString("Allow")).contains("GET").contains("PUT");
    assertThat(json(notAllowed).getString("code")).isEqualTo("GH-1105");
    assertThat(mapper.toResponse(new NotSupportedException()).getStatus()).isEqualTo(415);
  }

  @Test
  void an_unexpected_failure_tells_nothing_of_itself() {
    Response answer = mapper.toResponse(new IllegalStateException("secret detail"));
    assertThat(answer.getStatus()).isEqualTo(500);
    assertThat(json(answer).toString()).doesNotContain("secret detail", "Exception");
  }

  @Test
  void an_unreachable_store_says_when_to_come_back() {
    Response answer = mapper.toResponse(Refused.storeUnreachable(new IllegalStateException("x")));
    assertThat(answer.getStatus()).isEqualTo(503);
    assertThat(answer.getHeaderString("Retry-After")).isNotBlank();
  }

  @Test
  void every_refusal_is_in_the_catalogue_with_the_same_words() {
    for (Refusal refusal : Refusal.values()) {
      assertThat(Arrays.stream(ErrorId.values()).filter(id -> id.code().equals(refusal.code())))
          .singleElement()
          .satisfies(id -> assertThat(id.name()).isEqualTo(refusal.name()))
          .satisfies(id -> assertThat(id.title()).isEqualTo(refusal.title()));
    }
  }

  @Test
  void refusals_that_callers_cause_fill_no_log() {
    RefusalLog log = new RefusalLog();
    long written = 0;
    for (int i = 0; i < 1000; i++) {
      written += log.mayWrite(7) ? 1 : 0;
    }
    assertThat(written).isEqualTo(RefusalLog.LINES_PER_SECOND);
    assertThat(log.mayWrite(8)).isTrue();
  }

  private static JsonObject json(Response answer) {
    return Json.createReader(new ByteArrayInputStream((byte[]) answer.getEntity())).readObject();
  }
}
