package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.resource.Refused.FieldProblem;
import io.gatehouse.testing.LogLines;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
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
  void neither_mistakes_of_callers_nor_what_they_find_broken_fill_the_log() {
    long[] now = {7_000_000_000L};
    RefusalLog log = new RefusalLog(() -> now[0]);
    try (LogLines lines = new LogLines(RefusalLog.class.getName())) {
      for (int i = 0; i < 1000; i++) {
        log.refused(Refused.because(Refusal.BEARER_INVALID, "No."), "r3f");
        log.refused(Refused.because(Refusal.PROVIDER_UNREACHABLE, "Later."), "r3f");
      }
      // neither at the cost of the other
      assertThat(lines.records())
          .hasSize(2 * RefusalLog.LINES_PER_SECOND)
          .filteredOn(line -> line.getLevel().equals(Level.WARNING))
          .hasSize(RefusalLog.LINES_PER_SECOND);
      now[0] += 1_000_000_000L;
      log.refused(Refused.because(Refusal.PROVIDER_UNREACHABLE, "Later."), "r3f");
      assertThat(lines.lines()).hasSize(2 * RefusalLog.LINES_PER_SECOND + 1);
    }
  }

  @Test
  void the_log_names_the_cause_without_its_words() {
    try (LogLines lines = new LogLines(RefusalLog.class.getName())) {
      mapper.toResponse(
          Refused.storeUnreachable(
              new IllegalStateException("value 'secret'", new IOException("another"))));

      assertThat(lines.records()).allSatisfy(line -> assertThat(line.getThrown()).isNull());
      assertThat(lines.lines().toString())
          .contains("GH-1901", "java.lang.IllegalStateException at io.gatehouse", "IOException")
          .doesNotContain("secret", "another");
    }
  }

  private static JsonObject json(Response answer) {
    return Json.createReader(new ByteArrayInputStream((byte[]) answer.getEntity())).readObject();
  }
}
