package io.gatehouse.resource;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Words every failure of this resource server as {@code application/problem+json} (RFC 9457). */
@Provider
@Dependent
public final class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final JsonProvider JSON = JsonProvider.provider();

  private static final String RETRY_AFTER_SECONDS = "5";

  private final RefusalLog log = new RefusalLog(System::nanoTime);

  // a field: the REST runtime makes its providers by their empty constructors
  @Inject ProtectedResource resource;

  @Override
  public Response toResponse(Throwable failure) {
    if (failure instanceof Refused refused) {
      return answer(refused, refused.refusal().status());
    }
    if (failure instanceof WebApplicationException e && e.getResponse().getStatus() < 500) {
      return ofContainer(e.getResponse());
    }
    return answer(Refused.internal(failure), Refusal.INTERNAL.status());
  }

  /** The container's own refusals: no such path, method or form of request. */
  private Response ofContainer(Response refusal) {
    Response answer =
        switch (refusal.getStatus()) {
          case 404 -> answer(Refused.because(Refusal.NOT_FOUND, "No resource has this path."), 404);
          case 405 ->
              answer(
                  Refused.because(
                      Refusal.METHOD_NOT_ALLOWED, "See the Allow header for what works."),
                  405);
          default ->
              refusal.getStatus() < 400
                  ? refusal
                  : answer(
                      Refused.because(Refusal.MALFORMED_REQUEST, "No resource takes this form."),
                      refusal.getStatus());
        };
    String allow = refusal.getHeaderString(HttpHeaders.ALLOW);
    return allow == null || answer == refusal
        ? answer
        : Response.fromResponse(answer).header(HttpHeaders.ALLOW, allow).build();
  }

  private Response answer(Refused refused, int status) {
    String reference = UUID.randomUUID().toString();
    log.refused(refused, reference);
    Refusal refusal = refused.refusal();
    JsonObjectBuilder problem =
        JSON.createObjectBuilder()
            .add("type", resource.problemType(refusal.code()))
            .add("title", refusal.title())
            .add("status", status)
            .add("detail", refused.detail())
            .add("code", refusal.code())
            .add("reference", reference);
    if (!refused.fields().isEmpty()) {
      problem.add("errors", errors(refused));
    }
    if (status == 401) {
      problem.add("login_url", resource.loginUrl());
    }
    Response.ResponseBuilder answer =
        Response.status(status)
            .type("application/problem+json")
            .entity(problem.build().toString().getBytes(StandardCharsets.UTF_8));
    if (refused.challenge() != null) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, refused.challenge());
    }
    if (status == 503) {
      answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return answer.build();
  }

  private static JsonArrayBuilder errors(Refused refused) {
    JsonArrayBuilder errors = JSON.createArrayBuilder();
    for (Refused.FieldProblem problem : refused.fields()) {
      errors.add(
          JSON.createObjectBuilder().add("field", problem.field()).add("detail", problem.detail()));
    }
    return errors;
  }
}
