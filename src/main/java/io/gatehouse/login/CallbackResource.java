package io.gatehouse.login;

import io.gatehouse.web.AtTheDoor;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.WaitingRoom;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code GET} and {@code POST /auth/callback}. */
@Path("/callback")
@RequestScoped
public class CallbackResource {
  @Inject CallbackEndpoint endpoint;
  @Inject FaultMapper faults;
  @Inject @AtTheDoor WaitingRoom room;

  @GET
  public CompletionStage<Response> query(@Context HttpServletRequest request) {
    return receive(request, request.getQueryString());
  }

  /** OAuth 2.0 Form Post Response Mode. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public CompletionStage<Response> formPost(@Context HttpServletRequest request, InputStream body)
      throws IOException {
    // one more than allowed, so that too much is seen and not cut
    byte[] bytes = body.readNBytes(AuthorizationResponse.MAX_LENGTH + 1);
    return receive(request, new String(bytes, StandardCharsets.UTF_8));
  }

  private CompletionStage<Response> receive(HttpServletRequest request, @Nullable String encoded) {
    return room.answer(endpoint.receive(request, encoded), faults.answersTo(request));
  }
}
