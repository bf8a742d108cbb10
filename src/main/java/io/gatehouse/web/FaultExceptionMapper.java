package io.gatehouse.web;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/** Gives what REST resources and their runtime throw to {@link FaultMapper}. */
@Provider
@Dependent
public class FaultExceptionMapper implements ExceptionMapper<Throwable> {
  @Inject FaultMapper faults;
  @Inject HttpServletRequest request;

  @Override
  public Response toResponse(Throwable failure) {
    Answer answer = faults.answer(request, failure);
    String allow = allowed(failure);
    return (allow == null ? answer : answer.with(HttpHeaders.ALLOW, allow)).toResponse();
  }

  /** A 405 says which methods there are (RFC 9110 §15.5.6). */
  private static @Nullable String allowed(Throwable failure) {
    return failure instanceof WebApplicationException refused
        ? refused.getResponse().getHeaderString(HttpHeaders.ALLOW)
        : null;
  }
}
