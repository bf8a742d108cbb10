package io.gatehouse.web;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP response that is complete before it is sent, so that servlets, filters and REST resources
 * send the same bytes.
 */
public record Answer(int status, List<Field> fields, String body) {
  /** One header field line. */
  public record Field(String name, String value) {}

  public Answer {
    fields = List.copyOf(fields);
  }

  public static Answer page(int status, String html) {
    return new Answer(status, List.of(new Field("Content-Type", "text/html;charset=UTF-8")), html);
  }

  public static Answer json(int status, String mediaType, String json) {
    return new Answer(status, List.of(new Field("Content-Type", mediaType)), json);
  }

  /**
   * @param location a path of ours or an address that came from configuration or validated metadata
   */
  public static Answer redirect(int status, String location) {
    return new Answer(status, List.of(new Field("Location", location)), "");
  }

  public static Answer empty(int status) {
    return new Answer(status, List.of(), "");
  }

  public Answer with(String name, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, value));
    return new Answer(status, more, body);
  }

  /** Adds what no cache may ever hold: everything that concerns one person. */
  public Answer notStored() {
    return with("Cache-Control", "no-store");
  }

  public void writeTo(HttpServletResponse response) throws IOException {
    response.setStatus(status);
    for (Field field : fields) {
      if (field.name().equals("Set-Cookie")) {
        response.addHeader(field.name(), field.value());
      } else {
        response.setHeader(field.name(), field.value());
      }
    }
    if (!body.isEmpty()) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
    }
  }

  public Response toResponse() {
    Response.ResponseBuilder response = Response.status(status);
    for (Field field : fields) {
      response.header(field.name(), field.value());
    }
    if (!body.isEmpty()) {
      response.entity(body.getBytes(StandardCharsets.UTF_8));
    }
    return response.build();
  }
}
