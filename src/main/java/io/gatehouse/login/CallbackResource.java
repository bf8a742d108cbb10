package io.gatehouse.login;

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

/** {@code GET} and {@code POST /auth/callback}. */
@Path("/callback")
@RequestScoped
public class CallbackResource {
  @Inject CallbackEndpoint endpoint;

  @GET
  public Response query(@Context HttpServletRequest request) {
    return endpoint.receive(request, request.getQueryString()).toResponse();
  }

  /** OAuth 2.0 Form Post Response Mode. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response formPost(@Context HttpServletRequest request, InputStream body)
      throws IOException {
    // one more than allowed, so that too much is seen and not cut
    byte[] bytes = body.readNBytes(AuthorizationResponse.MAX_LENGTH + 1);
    return endpoint.receive(request, new String(bytes, StandardCharsets.UTF_8)).toResponse();
  }
}
