package io.gatehouse.login;

import io.gatehouse.oauth.Fault;
import io.gatehouse.web.FaultMapper;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;

/** {@code GET /auth/login}. */
@Path("/login")
@RequestScoped
public class LoginResource {
  @Inject LoginEndpoint endpoint;
  @Inject FaultMapper faults;

  @GET
  public Response login(@Context HttpServletRequest request) {
    try {
      return endpoint.requested(request).toResponse();
    } catch (Fault fault) {
      return faults
          .answer(
              request, fault, LoginEndpoint.again(LoginEndpoint.targetOf(request.getQueryString())))
          .toResponse();
    }
  }
}
