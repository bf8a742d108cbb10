package io.gatehouse.logout;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.web.Answer;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.Parameters;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code POST /auth/backchannel-logout}: exactly 200 or 400 (Back-Channel Logout §2.8). */
@Path("/backchannel-logout")
@RequestScoped
public class BackChannelLogoutResource {
  private static final int MAX_FORM = 16 * 1024;
  private static final String FORM = "application/x-www-form-urlencoded";

  @Inject BackChannelLogout logout;
  @Inject FaultMapper faults;

  @POST
  public Response logout(@Context HttpServletRequest request, InputStream body) throws IOException {
    byte[] form = body.readNBytes(MAX_FORM + 1);
    try {
      logout.accept(tokenOf(request.getContentType(), form));
      return Answer.empty(200).notStored().toResponse();
    } catch (Fault fault) {
      // also our own troubles: the provider knows only yes and no, and may send it again
      return faults
          .answer(request, new LogoutRefused(ErrorId.LOGOUT_TOKEN_REFUSED, fault.detail(), fault))
          .toResponse();
    }
  }

  private static Secret tokenOf(@Nullable String contentType, byte[] form) {
    if (form.length > MAX_FORM
        || contentType == null
        || !contentType.toLowerCase(Locale.ROOT).split(";")[0].strip().equals(FORM)) {
      throw new LogoutRefused(ErrorId.LOGOUT_TOKEN_REFUSED, "A form of moderate size is expected.");
    }
    return Parameters.parse(new String(form, StandardCharsets.UTF_8))
        .flatMap(parameters -> parameters.get("logout_token"))
        .filter(token -> !token.isEmpty())
        .map(Secret::of)
        .orElseThrow(
            () ->
                new LogoutRefused(
                    ErrorId.LOGOUT_TOKEN_REFUSED, "Exactly one logout_token is expected."));
  }
}
