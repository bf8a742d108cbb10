package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.Route;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A new request for a protected resource, made from a list of what may cross (rule 21). The access
 * token is not in it: it is added when the request is sent, each time anew.
 */
record UpstreamRequest(
    String method,
    URI address,
    MultivaluedMap<String, String> fields,
    Optional<MediaType> type,
    byte[] body,
    Duration timeout) {
  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");
  private static final Pattern FIELD_VALUE = Pattern.compile("[\\t\\x20-\\x7E]*");

  /**
   * @param path of the request, the one that the route was matched with
   */
  static UpstreamRequest of(HttpServletRequest request, Route route, String path)
      throws IOException {
    return new UpstreamRequest(
        request.getMethod(),
        route.upstream(path, request.getQueryString()),
        fields(request),
        type(request),
        body(request, route.configuration().limits().maxBody()),
        route.configuration().limits().timeout());
  }

  private static MultivaluedMap<String, String> fields(HttpServletRequest request) {
    MultivaluedMap<String, String> fields = new MultivaluedHashMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      if (!Fields.goesUp(name)) {
        continue;
      }
      for (String value : Collections.list(request.getHeaders(name))) {
        if (!FIELD_VALUE.matcher(value).matches()) {
          throw new RequestRefused(
              ErrorId.MALFORMED_REQUEST,
              "A header field holds characters that are not ASCII text.");
        }
        fields.add(name, value);
      }
    }
    return fields;
  }

  private static Optional<MediaType> type(HttpServletRequest request) {
    try {
      return Optional.ofNullable(request.getContentType()).map(MediaType::valueOf);
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(
          ErrorId.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be a media type (RFC 9110 §8.3.1).");
    }
  }

  private static byte[] body(HttpServletRequest request, long maxBody) throws IOException {
    if (WITHOUT_BODY.contains(request.getMethod())) {
      return new byte[0];
    }
    int limit = (int) Math.min(maxBody, Upstream.MAX_BODY);
    if (request.getContentLengthLong() > limit) {
      throw tooLarge(limit);
    }
    byte[] body = request.getInputStream().readNBytes(limit + 1);
    if (body.length > limit) {
      throw tooLarge(limit);
    }
    return body;
  }

  private static RequestRefused tooLarge(int limit) {
    return new RequestRefused(
        ErrorId.BODY_TOO_LARGE, "At most " + limit + " bytes are accepted at this address.");
  }
}
