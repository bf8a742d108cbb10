package io.gatehouse.oauth;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a browser goes after sign-in or sign-out: a path of this site and nothing else. Holding one
 * is the proof that it matches the grammar, so it is safe to emit as it is in {@code Location} and
 * {@code <meta http-equiv="refresh">}.
 *
 * <p>Grammar: {@code "/" segments [ "?" query ]}, at most 1 KiB, ASCII. Segments hold unreserved
 * characters and a few harmless marks, no empty or dot segment, no percent sign; the query may be
 * percent-encoded. Never below {@code /auth/}, so that a return cannot start, repeat or end a
 * login.
 */
public record ReturnTarget(String path) {
  private static final int MAX_LENGTH = 1024;
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "/(?:[A-Za-z0-9_~!$()*+,=:@-][A-Za-z0-9._~!$()*+,=:@-]*/)*(?:[A-Za-z0-9_~!$()*+,=:@-][A-Za-z0-9._~!$()*+,=:@-]*)?"
              + "(?:\\?(?:[A-Za-z0-9._~!$()*+,;=:@/?&-]|%[0-9A-Fa-f]{2})*)?");
  private static final Pattern ENCODED_CONTROL =
      Pattern.compile("%(?:[01][0-9A-Fa-f]|7[Ff]|5[Cc])");

  // after the patterns that its constructor needs
  public static final ReturnTarget HOME = new ReturnTarget("/");

  public ReturnTarget {
    if (!isAllowed(path)) {
      throw new IllegalArgumentException("not a local return target");
    }
  }

  /** Reads untrusted input; empty when it is anything but a path of this site. */
  public static Optional<ReturnTarget> parse(@Nullable String candidate) {
    return candidate != null && isAllowed(candidate)
        ? Optional.of(new ReturnTarget(candidate))
        : Optional.empty();
  }

  private static boolean isAllowed(String candidate) {
    return candidate.length() <= MAX_LENGTH
        && GRAMMAR.matcher(candidate).matches()
        && !ENCODED_CONTROL.matcher(candidate).find()
        && !candidate.equals("/auth")
        && !candidate.startsWith("/auth/")
        && !candidate.startsWith("/auth?");
  }

  @Override
  public String toString() {
    return path;
  }
}
