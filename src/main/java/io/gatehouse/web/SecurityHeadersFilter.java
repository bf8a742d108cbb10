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
import java.io.IOException;

/** Puts {@link SecurityHeaders} on every response, before anything else can answer. */
public final class SecurityHeadersFilter implements Filter {
  @Inject SecurityHeaders headers;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestPath path = RequestPath.normalised((HttpServletRequest) request);
    HttpServletResponse http = (HttpServletResponse) response;
    headers.apply(http, path);
    chain.doFilter(request, new Held(http, headers, path));
  }

  /** Keeps the fields through {@code reset}, and redirects out of caches. */
  private static final class Held extends HttpServletResponseWrapper {
    private final SecurityHeaders headers;
    private final RequestPath path;

    Held(HttpServletResponse response, SecurityHeaders headers, RequestPath path) {
      super(response);
      this.headers = headers;
      this.path = path;
    }

    @Override
    public void reset() {
      super.reset();
      headers.apply(this, path);
    }

    @Override
    public void setHeader(String name, String value) {
      super.setHeader(name, value);
      keepOutOfCaches(name);
    }

    @Override
    public void addHeader(String name, String value) {
      if (headers.isOurs(name)) {
        // two policies would both apply; what comes later replaces
        super.setHeader(name, value);
      } else {
        super.addHeader(name, value);
        keepOutOfCaches(name);
      }
    }

    private void keepOutOfCaches(String name) {
      if (name.equalsIgnoreCase("Location")) {
        super.setHeader("Cache-Control", "no-store");
      }
    }
  }
}
