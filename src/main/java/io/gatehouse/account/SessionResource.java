package io.gatehouse.account;

import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;

/**
 * Check session: whether and as whom this browser is signed in (RFC 10017 §6.1). Always 200: to be
 * signed out is an answer, not a failure.
 */
@Path("session")
public final class SessionResource {

  @GET
  public Response check(@Context HttpServletRequest request) {
    CurrentSession current = CurrentSession.of(request);
    return SessionAnswer.of(isPeek(request) ? current.peek() : current.find()).toResponse();
  }

  /** Pages that only watch ask with {@code peek=true}, or an open tab would keep anybody in. */
  private static boolean isPeek(HttpServletRequest request) {
    return Parameters.parse(request.getQueryString())
        .map(parameters -> parameters.get("peek").filter("true"::equals).isPresent())
        .orElse(true); // what cannot be read extends nothing
  }
}
