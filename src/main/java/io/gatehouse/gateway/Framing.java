package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;

/** Where a request ends must have one reading, or a second one hides behind it (RFC 9112 §6.3). */
final class Framing {
  private Framing() {}

  /**
   * @throws RequestRefused when two servers could cut this request at different places (rule 23)
   */
  static void check(HttpServletRequest request) {
    List<String> lengths = Collections.list(request.getHeaders("Content-Length"));
    boolean isChunked = request.getHeader("Transfer-Encoding") != null;
    boolean hasManyLengths =
        count(lengths, request) > 1 || lengths.stream().anyMatch(l -> l.contains(","));
    boolean hasManyHosts = Collections.list(request.getHeaders("Host")).size() > 1;
    if (hasManyLengths || hasManyHosts || (isChunked && !lengths.isEmpty())) {
      throw new RequestRefused(
          ErrorId.MALFORMED_REQUEST,
          "It says its length or its host more than once; say each in one way.");
    }
  }

  /** Liberty repeats the one length of an HTTP/2 request; frames end its body, not this field. */
  private static long count(List<String> lengths, HttpServletRequest request) {
    return request.getProtocol().startsWith("HTTP/1.")
        ? lengths.size()
        : lengths.stream().distinct().count();
  }
}
