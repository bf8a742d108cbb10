package io.gatehouse.web;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.FileNotFoundException;
import java.io.IOException;

/** Hands every failure below it to {@link FaultMapper}, the container's own errors included. */
public final class FaultFilter implements Filter {
  @Inject FaultMapper faults;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest httpRequest = (HttpServletRequest) request;
    HttpServletResponse httpResponse = (HttpServletResponse) response;
    try {
      chain.doFilter(request, new ErrorsOfOurs(httpRequest, httpResponse, faults));
    } catch (RuntimeException | ServletException | FileNotFoundException failure) {
      if (httpResponse.isCommitted()) {
        // too late for an answer: the container cuts the connection, so that nobody takes it as
        // whole
        throw failure;
      }
      httpResponse.resetBuffer();
      faults.answer(httpRequest, failure).writeTo(httpResponse);
    }
  }

  /** Answers {@code sendError} with our page or problem, never the container's. */
  private static final class ErrorsOfOurs extends HttpServletResponseWrapper {
    private final HttpServletRequest request;
    private final FaultMapper faults;

    ErrorsOfOurs(HttpServletRequest request, HttpServletResponse response, FaultMapper faults) {
      super(response);
      this.request = request;
      this.faults = faults;
    }

    @Override
    public void sendError(int status) throws IOException {
      if (isCommitted()) {
        throw new IllegalStateException("response is committed");
      }
      resetBuffer();
      faults
          .answer(request, Failures.ofStatus(status))
          .writeTo((HttpServletResponse) getResponse());
    }

    @Override
    public void sendError(int status, String message) throws IOException {
      sendError(status);
    }

    /**
     * Only the container redirects in this way: from a directory of static files to its other
     * spelling, at the host that the request names (rule 6). Ours write {@code Location}.
     */
    @Override
    public void sendRedirect(String location) throws IOException {
      sendError(SC_NOT_FOUND);
    }
  }
}
