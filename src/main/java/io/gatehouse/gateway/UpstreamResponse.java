package io.gatehouse.gateway;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a protected resource answered, as far as a browser gets to see it (rule 22). */
record UpstreamResponse(int status, MultivaluedMap<String, String> fields, byte[] body) {
  static final int UNAUTHORIZED = 401;

  static UpstreamResponse of(int status, MultivaluedMap<String, String> received, byte[] body) {
    MultivaluedMap<String, String> fields = new MultivaluedHashMap<>();
    for (Map.Entry<String, List<String>> field : received.entrySet()) {
      if (Fields.comesDown(field.getKey())) {
        fields.addAll(field.getKey(), field.getValue());
      }
    }
    return new UpstreamResponse(status, fields, body);
  }

  void writeTo(HttpServletResponse response) throws IOException {
    response.setStatus(status);
    fields.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    response.setHeader("Cache-Control", "no-store");
    if (body.length > 0) {
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }
}
