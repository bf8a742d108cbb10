package io.gatehouse.login;

import io.gatehouse.oauth.Fault;
import io.gatehouse.web.AtTheDoor;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.NextStep;
import io.gatehouse.web.WaitingRoom;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code GET /auth/login}. */
@Path("/login")
@RequestScoped
public class LoginResource {
  @Inject LoginEndpoint endpoint;
  @Inject FaultMapper faults;
  @Inject @AtTheDoor WaitingRoom room;

  @GET
  public CompletionStage<Response> login(@Context HttpServletRequest request) {
    FaultMapper.Answers refusals = faults.answersTo(request);
    NextStep again = LoginEndpoint.again(LoginEndpoint.targetOf(request.getQueryString()));
    try {
      return room.answer(endpoint.requested(request), failure -> refusals.apply(failure, again));
    } catch (Fault fault) {
      return CompletableFuture.completedStage(refusals.apply(fault, again).toResponse());
    }
  }
}
