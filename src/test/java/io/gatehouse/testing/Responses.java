package io.gatehouse.testing;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A servlet response that remembers what was said. */
public final class Responses {
  private int status = 200;
  private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean committed;
  private OutputStream sink = body;

  public int status() {
    return status;
  }

  public List<String> fields(String name) {
    return fields.getOrDefault(name, List.of());
  }

  /** The value of a field that is there exactly once, or null when it is not there. */
  public @Nullable String field(String name) {
    List<String> values = fields(name);
    if (values.size() > 1) {
      throw new IllegalStateException(name + " is there " + values.size() + " times");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  public String body() {
    return body.toString(StandardCharsets.UTF_8);
  }

  /** To a browser that takes the body in its own way. */
  public Responses takenBy(OutputStream browser) {
    sink = browser;
    return this;
  }

  /** From here on nothing can be taken back. */
  public void commit() {
    committed = true;
  }

  public HttpServletResponse build() {
    return (HttpServletResponse)
        Proxy.newProxyInstance(
            Responses.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (proxy, called, args) -> {
              switch (called.getName()) {
                case "setStatus" -> status = (int) args[0];
                case "setHeader" -> set((String) args[0], (String) args[1]);
                case "addHeader" ->
                    fields
                        .computeIfAbsent((String) args[0], name -> new ArrayList<>())
                        .add((String) args[1]);
                case "sendRedirect" -> {
                  status = 302;
                  set("Location", (String) args[0]);
                }
                case "reset" -> {
                  fields.clear();
                  body.reset();
                  status = 200;
                }
                case "resetBuffer" -> body.reset();
                case "setContentLength", "setContentLengthLong" ->
                    set("Content-Length", String.valueOf(args[0]));
                case "getStatus" -> {
                  return status;
                }
                case "isCommitted" -> {
                  return committed;
                }
                case "getOutputStream" -> {
                  return new Output(sink);
                }
                default -> throw new UnsupportedOperationException(called.getName());
              }
              return null;
            });
  }

  private void set(String name, String value) {
    fields.put(name, new ArrayList<>(List.of(value)));
  }

  private static final class Output extends ServletOutputStream {
    private final OutputStream sink;

    Output(OutputStream sink) {
      this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
      sink.write(b);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
