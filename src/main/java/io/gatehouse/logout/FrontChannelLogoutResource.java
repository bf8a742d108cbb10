package io.gatehouse.logout;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.web.Answer;
import io.gatehouse.web.Origin;
import io.gatehouse.web.SecurityHeaders;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;

/**
 * {@code GET /auth/frontchannel-logout?iss=&sid=}: the one GET that changes something, because the
 * specification has it so, and the one page that another site may frame.
 */
@Path("/frontchannel-logout")
@RequestScoped
public class FrontChannelLogoutResource {
  /** Nobody sees it. */
  private static final String PAGE =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signed out</title></html>";

  @Inject FrontChannelLogout logout;

  @GET
  public Response logout(@Context HttpServletRequest request) {
    ProviderConfiguration provider = logout.accept(request.getQueryString());
    return Answer.page(200, PAGE)
        .with("Content-Security-Policy", SecurityHeaders.framedBy(Origin.of(provider.issuer())))
        .notStored()
        .toResponse();
  }
}
