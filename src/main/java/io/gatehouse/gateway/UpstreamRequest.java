package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Collections;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;

/**
 * A new request for a protected resource, made from a list of what may cross (rule 21). Neither the
 * access token nor the body is in it: one is added when the request is sent, each time anew, the
 * other streams.
 *
 * @param length of the body in bytes; {@link #NO_BODY}, or {@link #UNKNOWN} until it ends
 */
record UpstreamRequest(String method, URI address, HttpFields fields, long length) {
  static final long NO_BODY = 0;
  static final long UNKNOWN = -1;

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final int MAX_FIELD = 8 * 1024;
  private static final int MAX_FIELDS = 32 * 1024;

  /**
   * @throws RequestRefused 400, 413 or 431
   */
  static UpstreamRequest of(
      HttpServletRequest request,
      URI address,
      Fields crossing,
      Cookies cookies,
      Forwarding forwarding,
      long maxBody) {
    HttpFields.Mutable fields = HttpFields.build();
    int size = 0;
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        size += measured(name, value);
        if (crossing.goesUp(name)) {
          fields.add(name, text(value));
        }
      }
    }
    if (size > MAX_FIELDS) {
      throw tooLarge();
    }
    cookies.up(request).ifPresent(own -> fields.add("Cookie", own));
    forwarding.addTo(fields, request);
    return new UpstreamRequest(request.getMethod(), address, fields, length(request, maxBody));
  }

  /** Whether it may be sent again: it changes nothing, and nothing of it is used up. */
  boolean isRepeatable() {
    return length == NO_BODY && SAFE.contains(method);
  }

  boolean hasBody() {
    return length != NO_BODY;
  }

  private static int measured(String name, String value) {
    int size = name.length() + value.length();
    if (size > MAX_FIELD) {
      throw tooLarge();
    }
    return size;
  }

  static String text(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        throw new RequestRefused(
            ErrorId.MALFORMED_REQUEST, "A header field holds characters that are not ASCII text.");
      }
    }
    return value;
  }

  /** A body is what the framing says it is, whatever the method (RFC 9112 §6.3). */
  private static long length(HttpServletRequest request, long maxBody) {
    long length = request.getContentLengthLong();
    if (length > maxBody) {
      throw RequestBody.tooLarge(maxBody);
    }
    if (length >= 0) {
      return length;
    }
    return request.getHeader("Transfer-Encoding") == null ? NO_BODY : UNKNOWN;
  }

  private static RequestRefused tooLarge() {
    return new RequestRefused(
        ErrorId.FIELDS_TOO_LARGE,
        "At most " + MAX_FIELD + " bytes in a header field, and " + MAX_FIELDS + " in all.");
  }
}
