package io.gatehouse.gateway;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Servlet requests as a container would hand them over, built by hand. */
final class Requests {
  private final String method;
  private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private byte[] body = new byte[0];
  private String query;

  private Requests(String method) {
    this.method = method;
  }

  static Requests a(String method) {
    return new Requests(method);
  }

  Requests with(String field, String value) {
    fields.computeIfAbsent(field, name -> new ArrayList<>()).add(value);
    return this;
  }

  Requests query(String raw) {
    this.query = raw;
    return this;
  }

  /** With a Content-Length that says so. */
  Requests body(byte[] bytes) {
    return chunked(bytes).with("Content-Length", String.valueOf(bytes.length));
  }

  /** Without a Content-Length. */
  Requests chunked(byte[] bytes) {
    this.body = bytes;
    return this;
  }

  HttpServletRequest build() {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            Requests.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, called, args) ->
                switch (called.getName()) {
                  case "getMethod" -> method;
                  case "getQueryString" -> query;
                  case "getHeaderNames" -> Collections.enumeration(fields.keySet());
                  case "getHeaders" ->
                      Collections.enumeration(fields.getOrDefault(args[0], List.of()));
                  case "getHeader" -> fields.getOrDefault(args[0], nothing()).get(0);
                  case "getContentType" -> fields.getOrDefault("Content-Type", nothing()).get(0);
                  case "getContentLengthLong" -> contentLength();
                  case "getInputStream" -> new Body(new ByteArrayInputStream(body));
                  default -> throw new UnsupportedOperationException(called.getName());
                });
  }

  private long contentLength() {
    String length = fields.getOrDefault("Content-Length", nothing()).get(0);
    return length == null ? -1 : Long.parseLong(length);
  }

  private static List<String> nothing() {
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
