package io.gatehouse.web;

import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The web.xml error page: what the container refuses before {@link FaultFilter} gets to see it. */
public final class ContainerErrorServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient FaultMapper faults;
  @Inject transient SecurityHeaders headers;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // asked for directly, this address does not exist
    int status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
            ? code
            : 404;
    headers.apply(response, RequestPath.normalised(request));
    faults.answer(request, failure(request, status)).writeTo(response);
  }

  /** A bug is logged as what it is; what the container refuses is told by the status alone. */
  private static Throwable failure(HttpServletRequest request, int status) {
    return status >= 500
            && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown
        ? thrown
        : Failures.ofStatus(status);
  }
}
