package io.gatehouse.logout;

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

/** {@code /auth/logout}. */
@Path("/logout")
@RequestScoped
public class LogoutResource {
  private static final int MAX_FORM = 1024;

  @Inject LogoutEndpoint endpoint;

  @GET
  public Response confirm(@Context HttpServletRequest request) {
    return endpoint.confirm(request).toResponse();
  }

  @POST
  public Response perform(@Context HttpServletRequest request, InputStream body)
      throws IOException {
    String form = new String(body.readNBytes(MAX_FORM), StandardCharsets.UTF_8);
    return endpoint.perform(request, form).toResponse();
  }
}
