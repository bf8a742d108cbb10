package io.gatehouse.account;

import io.gatehouse.web.CurrentSession;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Renews the access token because the user wants it now (RFC 6749 §6). */
@Path("refresh")
public final class RefreshResource {

  @POST
  public Response refresh(@Context HttpServletRequest request) {
    return SessionAnswer.of(Optional.of(CurrentSession.of(request).refreshed())).toResponse();
  }
}
