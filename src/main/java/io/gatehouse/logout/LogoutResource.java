package io.gatehouse.logout;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.AtTheDoor;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.WaitingRoom;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** {@code /auth/logout}. */
@Path("/logout")
@RequestScoped
public class LogoutResource {
  private static final int MAX_FORM = 1024;

  @Inject LogoutEndpoint endpoint;
  @Inject FaultMapper faults;
  @Inject @AtTheDoor WaitingRoom room;

  @GET
  public CompletionStage<Response> confirm(@Context HttpServletRequest request) {
    return room.answer(endpoint.confirm(request), faults.answersTo(request));
  }

  @POST
  public CompletionStage<Response> perform(@Context HttpServletRequest request, InputStream body)
      throws IOException {
    byte[] form = body.readNBytes(MAX_FORM + 1);
    if (form.length > MAX_FORM) {
      throw new RequestRefused(ErrorId.BODY_TOO_LARGE, "A form of moderate size is expected.");
    }
    return room.answer(
        endpoint.perform(request, new String(form, StandardCharsets.UTF_8)),
        faults.answersTo(request));
  }
}
