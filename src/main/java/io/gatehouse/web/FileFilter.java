package io.gatehouse.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.util.List;

/** Files are read and nothing else; the container would serve them for any method. */
public final class FileFilter implements Filter {
  private static final List<String> READING = List.of("GET", "HEAD", "OPTIONS");

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    if (http.getHttpServletMapping().getMappingMatch() == MappingMatch.DEFAULT
        && !READING.contains(http.getMethod())) {
      String path = RequestPath.normalised(http).value();
      if (http.getServletContext().getResource(path) == null) {
        throw Failures.ofStatus(404);
      }
      ((HttpServletResponse) response).setHeader("Allow", String.join(", ", READING));
      throw Failures.ofStatus(405);
    }
    chain.doFilter(request, response);
  }
}
