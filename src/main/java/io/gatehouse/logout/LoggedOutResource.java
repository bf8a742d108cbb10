package io.gatehouse.logout;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** {@code GET /auth/logged-out}, whatever {@code state} it comes with. */
@Path("/logged-out")
@RequestScoped
public class LoggedOutResource {
  @Inject LogoutEndpoint endpoint;

  @GET
  public Response show() {
    return endpoint.loggedOut().toResponse();
  }
}
