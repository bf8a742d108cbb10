package io.gatehouse.resource;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/**
 * Nothing from here is stored by a cache, and exactly our challenge is sent: set on the servlet
 * response, since the container's own bearer mechanism may have added a {@code WWW-Authenticate}
 * and a JAX-RS header would stand beside it.
 */
@Provider
public final class AnswerHeaders implements ContainerResponseFilter {
  @Context
  @SuppressWarnings("NullAway.Init") // the container injects it before the first request
  private HttpServletResponse servlet;

  public AnswerHeaders() {}

  AnswerHeaders(HttpServletResponse servlet) {
    this.servlet = servlet;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    servlet.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    String challenge = response.getHeaderString(HttpHeaders.WWW_AUTHENTICATE);
    if (challenge != null) {
      response.getHeaders().remove(HttpHeaders.WWW_AUTHENTICATE);
      servlet.setHeader(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }
  }
}
