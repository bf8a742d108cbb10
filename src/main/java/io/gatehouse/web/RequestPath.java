package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What path a request asks for: the one place that decides (rule 18). Every decision is made on the
 * container's normalised path, and only after the raw one proved to have a single reading.
 */
public record RequestPath(String value) {
  // every filter asks, and each request is judged once
  private static final String ATTRIBUTE = RequestPath.class.getName();

  // RFC 3986 pchar and "/", without ";"
  private static final Pattern PLAIN =
      Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,=:@/-]|%[0-9A-Fa-f]{2})*");
  private static final Pattern BEHIND_PATH = Pattern.compile("[;?]|%3[BFbf]");
  private static final Pattern AMBIGUOUS =
      Pattern.compile(
          "//|/\\.{1,2}(?:/|$)" // empty and dot segments
              // encoded: controls, non-ASCII, " # % . / ; ? \
              + "|%(?:[01][0-9A-Fa-f]|7[Ff]|[89A-Fa-f][0-9A-Fa-f]|2[235EFef]|3[BFbf]|5[Cc])"
              + "|%20$"); // which the container takes away

  /**
   * @throws RequestRefused when servers could read the raw path in two ways
   */
  public static RequestPath of(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof RequestPath known) {
      return known;
    }
    // the container cuts ;jsessionid and all behind it out of the URI, but not out of the URL
    if (request.getRequestURL().indexOf(";") >= 0 || !isUnambiguous(request.getRequestURI())) {
      throw new RequestRefused(
          ErrorId.MALFORMED_PATH,
          "The path holds characters that this site does not use, such as ; \\ // or dot segments.");
    }
    RequestPath path = normalised(request);
    request.setAttribute(ATTRIBUTE, path);
    return path;
  }

  /** The container's reading, for decisions that must not fail: the headers of every answer. */
  static RequestPath normalised(HttpServletRequest request) {
    String path = orEmpty(request.getServletPath()) + orEmpty(request.getPathInfo());
    return new RequestPath(path.isEmpty() ? "/" : path);
  }

  /** As the client wrote it. */
  static String written(HttpServletRequest request) {
    // the container asks for an error page under the page's own path
    Object refused = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    return refused instanceof String path ? path : orEmpty(request.getRequestURI());
  }

  /**
   * What of it a log may hold: nothing of the query, also of one that is encoded by mistake, and
   * nothing that follows a semicolon, where servers put session ids.
   */
  static String forLog(String written) {
    return BEHIND_PATH.split(written, 2)[0];
  }

  /** Whether this is {@code prefix} or something below it; {@code /auth} does not cover /author. */
  public boolean isWithin(String prefix) {
    String stem = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    return value.equals(stem) || value.startsWith(stem + "/");
  }

  public boolean isWithinAny(Collection<String> prefixes) {
    return prefixes.stream().anyMatch(this::isWithin);
  }

  private static boolean isUnambiguous(@Nullable String raw) {
    return raw != null && (isSimple(raw) || hasOneReading(raw));
  }

  /**
   * Nearly every path: names of letters, digits and hyphens. Says in little time what the rest
   * does.
   */
  private static boolean isSimple(String raw) {
    boolean wasSlash = false;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      boolean isSlash = c == '/';
      if (isSlash ? wasSlash : !isSimple(c)) {
        return false;
      }
      wasSlash = isSlash;
    }
    return raw.startsWith("/");
  }

  private static boolean isSimple(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }

  private static boolean hasOneReading(String raw) {
    return PLAIN.matcher(raw).matches() && !AMBIGUOUS.matcher(raw).find();
  }

  private static String orEmpty(@Nullable String part) {
    return part == null ? "" : part;
  }
}
