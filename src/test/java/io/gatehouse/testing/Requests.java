package io.gatehouse.testing;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Servlet requests as a container hands them over, built by hand. */
public final class Requests {
  private final String method;
  private final String rawPath;
  private final @Nullable String query;
  private String path;
  private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Object> attributes = new HashMap<>();
  private final CountDownLatch complete = new CountDownLatch(1);
  private byte[] body = new byte[0];
  private String remoteAddress = "192.0.2.7";
  private String host = "localhost";
  private String protocol = "HTTP/1.1";
  private boolean sessionIdInPath;

  private Requests(String method, String target) {
    int mark = target.indexOf('?');
    this.method = method;
    this.rawPath = mark < 0 ? target : target.substring(0, mark);
    this.query = mark < 0 ? null : target.substring(mark + 1);
    this.path = rawPath;
  }

  public static Requests a(String method, String target) {
    return new Requests(method, target);
  }

  public static Requests get(String target) {
    return a("GET", target);
  }

  /** As a browser goes to a page: typed, or a link on this very site. */
  public static Requests navigation(String target) {
    return get(target)
        .with("Sec-Fetch-Mode", "navigate")
        .with("Sec-Fetch-Dest", "document")
        .with("Sec-Fetch-Site", "same-origin")
        .with("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
  }

  /** As a browser goes to a page from another site. */
  public static Requests crossSiteNavigation(String target) {
    return navigation(target).without("Sec-Fetch-Site").with("Sec-Fetch-Site", "cross-site");
  }

  /** As a page's script fetches. */
  public static Requests fetch(String method, String target) {
    return a(method, target)
        .with("Sec-Fetch-Mode", "cors")
        .with("Sec-Fetch-Dest", "empty")
        .with("Sec-Fetch-Site", "same-origin")
        .with("Accept", "application/json");
  }

  public Requests with(String field, String value) {
    fields.computeIfAbsent(field, name -> new ArrayList<>()).add(value);
    return this;
  }

  public Requests without(String field) {
    fields.remove(field);
    return this;
  }

  public Requests body(String text) {
    body = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** What the container makes of the path, where that differs from what was sent. */
  public Requests normalisedTo(String containersPath) {
    path = containersPath;
    return this;
  }

  public Requests sessionIdInPath() {
    sessionIdInPath = true;
    return this;
  }

  public Requests over(String httpVersion) {
    protocol = httpVersion;
    return this;
  }

  /** The site that the request is for, as the container reads it. */
  public Requests at(String name) {
    host = name;
    return this;
  }

  public Requests from(String address) {
    remoteAddress = address;
    return this;
  }

  public Requests attribute(String name, Object value) {
    attributes.put(name, value);
    return this;
  }

  public HttpServletRequest build() {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            Requests.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, called, args) ->
                switch (called.getName()) {
                  case "getMethod" -> method;
                  case "getProtocol" -> protocol;
                  case "getRequestURI" -> rawPath;
                  case "getServletPath" -> path;
                  case "getPathInfo" -> null;
                  case "getQueryString" -> query;
                  case "getServerName" -> host;
                  case "getRemoteAddr" -> remoteAddress;
                  case "getRequestURL" ->
                      new StringBuffer("https://" + host + rawPath)
                          .append(sessionIdInPath ? ";jsessionid=abc" : "");
                  case "getHeaderNames" -> Collections.enumeration(fields.keySet());
                  case "getHeaders" ->
                      Collections.enumeration(fields.getOrDefault(args[0], List.of()));
                  case "getHeader" -> fields.getOrDefault(args[0], nothing()).get(0);
                  case "getContentType" -> fields.getOrDefault("Content-Type", nothing()).get(0);
                  case "getContentLengthLong" -> contentLength();
                  case "startAsync" ->
                      exchange((ServletRequest) args[0], (ServletResponse) args[1]);
                  case "getInputStream" -> new Body(new ByteArrayInputStream(body));
                  case "getAttribute" -> attributes.get(args[0]);
                  case "setAttribute" -> attributes.put((String) args[0], args[1]);
                  default -> throw new UnsupportedOperationException(called.getName());
                });
  }

  private AsyncContext exchange(ServletRequest request, ServletResponse response) {
    return (AsyncContext)
        Proxy.newProxyInstance(
            Requests.class.getClassLoader(),
            new Class<?>[] {AsyncContext.class},
            (proxy, called, args) ->
                switch (called.getName()) {
                  case "getRequest" -> request;
                  case "getResponse" -> response;
                  case "setTimeout" -> null;
                  case "complete" -> {
                    complete.countDown();
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(called.getName());
                });
  }

  /** Until the response of a request that went on without its thread is whole. */
  public void untilComplete() {
    try {
      if (!complete.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("never completed");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** As told, which need not be true. */
  private long contentLength() {
    String told = fields.getOrDefault("Content-Length", nothing()).get(0);
    return told == null ? -1 : Long.parseLong(told);
  }

  private static List<@Nullable String> nothing() {
    return Collections.singletonList(null);
  }

  private static final class Body extends ServletInputStream {
    private final ByteArrayInputStream bytes;

    Body(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
