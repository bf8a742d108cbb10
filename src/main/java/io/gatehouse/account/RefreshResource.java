package io.gatehouse.account;

import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.WaitingRoom;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Renews the access token because the user wants it now (RFC 6749 §6). */
@Path("refresh")
@Dependent
public final class RefreshResource {
  private final WaitingRoom room;
  private final FaultMapper faults;

  @Inject
  public RefreshResource(WaitingRoom room, FaultMapper faults) {
    this.room = room;
    this.faults = faults;
  }

  @POST
  public CompletionStage<Response> refresh(@Context HttpServletRequest request) {
    CurrentSession current = CurrentSession.of(request);
    // read here: the runtime's view of the request is empty on any other thread
    Function<Throwable, Answer> refusals = faults.answersTo(request);
    return CompletableFuture.supplyAsync(current::refreshed, room)
        .thenApply(session -> SessionAnswer.of(Optional.of(session)))
        .exceptionally(refusals)
        .thenApply(Answer::toResponse);
  }
}
