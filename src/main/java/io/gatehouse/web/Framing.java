package io.gatehouse.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;

/**
 * Where a request ends and whom it is for must have one reading, or a second request hides behind
 * it (RFC 9112 §6.3, §11.2; rule 23).
 *
 * <p>Liberty lets us see what it did not settle itself: of {@code Content-Length} with {@code
 * Transfer-Encoding}, and of two lengths that differ, it keeps one and closes the connection.
 */
final class Framing {
  private Framing() {}

  /** Whether two servers could cut this request at different places, or take it to two sites. */
  static boolean isAmbiguous(HttpServletRequest request) {
    List<String> lengths = values(request, "Content-Length");
    List<String> codings = values(request, "Transfer-Encoding");
    return isRepeated(lengths)
        || isRepeated(values(request, "Host"))
        || (!codings.isEmpty() && !(lengths.isEmpty() && isChunked(codings)));
  }

  private static boolean isRepeated(List<String> values) {
    return values.size() > 1 || values.stream().anyMatch(value -> value.contains(","));
  }

  private static boolean isChunked(List<String> codings) {
    return codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
  }

  private static List<String> values(HttpServletRequest request, String field) {
    if (request.getHeader(field) == null) {
      return List.of();
    }
    List<String> values = Collections.list(request.getHeaders(field));
    // Liberty repeats fields of an HTTP/2 request, whose frames end its body and no field does
    return isHttp1(request) ? values : values.stream().distinct().toList();
  }

  static boolean isHttp1(HttpServletRequest request) {
    return request.getProtocol().startsWith("HTTP/1.");
  }
}
