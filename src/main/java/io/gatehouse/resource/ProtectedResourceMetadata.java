package io.gatehouse.resource;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Publishes the protected resource metadata (RFC 9728 §3), also at the address that §3.1 derives
 * from a resource identifier with a path.
 */
@WebServlet({ProtectedResourceMetadata.PATH, ProtectedResourceMetadata.PATH + "/api"})
public final class ProtectedResourceMetadata extends HttpServlet {
  static final String PATH = "/.well-known/oauth-protected-resource";

  private final transient ProtectedResource resource;

  @Inject
  public ProtectedResourceMetadata(ProtectedResource resource) {
    this.resource = resource;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] json = resource.describe().toString().getBytes(StandardCharsets.UTF_8);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "public, max-age=3600");
    response.setContentLength(json.length);
    response.getOutputStream().write(json);
  }
}
