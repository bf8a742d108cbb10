package io.gatehouse.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a person going to a page from a script fetching data, and both from what a browser does by
 * itself: prefetches, images, frames (Fetch Metadata Request Headers).
 */
public final class Navigation {
  private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");

  private Navigation() {}

  /** Whether a person goes to a page in a window of its own and can be answered with one. */
  public static boolean isNavigation(HttpServletRequest request) {
    if (isSpeculative(request)) {
      return false;
    }
    return hasFetchMetadata(request)
        ? only(request, "Sec-Fetch-Mode", "navigate")
            && onlyOrAbsent(request, "Sec-Fetch-Dest", "document")
        : !isScripted(request) && prefersHtml(request);
  }

  /**
   * Whether a login may start here: unless something proves that nobody is going to a page. Clients
   * that say nothing at all (old browsers, other programs following a link) may.
   */
  public static boolean mayStartLogin(HttpServletRequest request) {
    return !isSpeculative(request)
        && (hasFetchMetadata(request) || !isScripted(request))
        && onlyOrAbsent(request, "Sec-Fetch-Mode", "navigate")
        && onlyOrAbsent(request, "Sec-Fetch-Dest", "document")
        && !prefersWhatIsNoPage(request);
  }

  /** Whether another site, or a sibling host of this one, sent the browser here. */
  public static boolean isFromAnotherSite(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Sec-Fetch-Site")).stream()
        .anyMatch(site -> site.equals("cross-site") || site.equals("same-site"));
  }

  /**
   * Scripts say so where browsers do not. Only there: a WebView names its app in this field, also
   * when a person goes to a page.
   */
  private static boolean isScripted(HttpServletRequest request) {
    return header(request, "X-Requested-With") != null;
  }

  private static boolean isSpeculative(HttpServletRequest request) {
    return contains(request, "Sec-Purpose", "prefetch")
        || contains(request, "Purpose", "prefetch")
        || contains(request, "X-Moz", "prefetch");
  }

  private static boolean hasFetchMetadata(HttpServletRequest request) {
    return header(request, "Sec-Fetch-Mode") != null
        || header(request, "Sec-Fetch-Site") != null
        || header(request, "Sec-Fetch-Dest") != null;
  }

  private static boolean prefersHtml(HttpServletRequest request) {
    List<MediaRange> named = namedTypes(request);
    return !named.isEmpty() && named.get(0).type().equals("text/html");
  }

  /** Data or an image: browsers without fetch metadata tell these only by {@code Accept}. */
  private static boolean prefersWhatIsNoPage(HttpServletRequest request) {
    List<MediaRange> named = namedTypes(request);
    return !named.isEmpty() && !PAGES.contains(named.get(0).type());
  }

  /** The media ranges of {@code Accept} but for the one of all, best first (RFC 9110 §12.5.1). */
  private static List<MediaRange> namedTypes(HttpServletRequest request) {
    List<MediaRange> ranges = new ArrayList<>();
    for (String field : Collections.list(request.getHeaders("Accept"))) {
      for (String element : field.split(",")) {
        MediaRange range = MediaRange.parse(element);
        if (range.quality() > 0 && !range.type().startsWith("*")) {
          ranges.add(range);
        }
      }
    }
    // stable: of two equally wanted types the one named first
    ranges.sort((a, b) -> Double.compare(b.quality(), a.quality()));
    return ranges;
  }

  private static boolean only(HttpServletRequest request, String name, String value) {
    return Collections.list(request.getHeaders(name)).equals(List.of(value));
  }

  private static boolean onlyOrAbsent(HttpServletRequest request, String name, String value) {
    return header(request, name) == null || only(request, name, value);
  }

  private static boolean contains(HttpServletRequest request, String name, String part) {
    return header(request, name) != null
        && Collections.list(request.getHeaders(name)).stream()
            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(part));
  }

  private static @Nullable String header(HttpServletRequest request, String name) {
    return request.getHeader(name);
  }

  private record MediaRange(String type, double quality) {
    static MediaRange parse(String element) {
      String[] parts = element.split(";");
      double quality = 1;
      for (int i = 1; i < parts.length; i++) {
        String parameter = parts[i].strip();
        if (parameter.startsWith("q=") || parameter.startsWith("Q=")) {
          quality = qualityOf(parameter.substring(2));
        }
      }
      return new MediaRange(parts[0].strip().toLowerCase(Locale.ROOT), quality);
    }

    private static double qualityOf(String written) {
      try {
        return Double.parseDouble(written);
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }
}
