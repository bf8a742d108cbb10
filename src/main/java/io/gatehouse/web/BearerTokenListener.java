package io.gatehouse.web;

import io.gatehouse.config.BearerRules;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import jakarta.inject.Inject;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Judges the bearer token of a request to {@code /api} (RFC 6750 §2.1) before the container's
 * MicroProfile JWT does. Filters come too late for that: the container authenticates before them.
 *
 * <p>{@code Start} adds it, once there is a configuration to make it from.
 */
public final class BearerTokenListener implements ServletRequestListener {
  /** Request attribute: why the token cannot be judged just now. */
  public static final String UNDECIDED = "io.gatehouse.bearer.fault";

  private static final String SCHEME = "Bearer ";

  @Inject BearerTokenGate gate;

  @Override
  public void requestInitialized(ServletRequestEvent event) {
    // also for what an earlier request left on this thread
    BearerRules.hide();
    HttpServletRequest request = (HttpServletRequest) event.getServletRequest();
    keepBody(request);
    if (isForApi(request)) {
      bearerToken(request).ifPresent(token -> judge(request, token));
    }
  }

  @Override
  public void requestDestroyed(ServletRequestEvent event) {
    BearerRules.hide();
  }

  /**
   * Where an {@code Authorization} field is there, the container looks for a token in forms too,
   * and reads them into memory however large. Whoever takes the stream has the body for himself
   * (Servlet §3.1.1): each reader of ours has a limit.
   */
  private static void keepBody(HttpServletRequest request) {
    if (request.getHeader("Authorization") == null) {
      return;
    }
    try {
      request.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void judge(HttpServletRequest request, Secret token) {
    try {
      gate.admit().accept(token);
    } catch (Fault fault) {
      // a refused token stays hidden, and the resource finds nobody signed in
      if (fault.id().kind() == ErrorId.Kind.UNAVAILABLE) {
        request.setAttribute(UNDECIDED, fault);
      }
    }
  }

  private static boolean isForApi(HttpServletRequest request) {
    // not yet mapped to a servlet, so the raw path; another spelling of it only keeps a token
    // hidden
    return request
        .getRequestURI()
        .startsWith(request.getServletContext().getContextPath() + "/api/");
  }

  private static Optional<Secret> bearerToken(HttpServletRequest request) {
    List<String> headers = Collections.list(request.getHeaders("Authorization"));
    if (headers.size() != 1) {
      return Optional.empty();
    }
    String header = headers.get(0).strip();
    // no more than that: whoever verifies a token looks at each of its characters, once
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(Secret.of(header.substring(SCHEME.length()).stripLeading()))
        : Optional.empty();
  }
}
