package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A request that we will not serve, for a reason of HTTP or of our own session. */
public final class RequestRefused extends Fault {
  private static final Duration LONGEST_AGE = Duration.ofSeconds(999_999_999);

  private final Optional<Duration> retryAfter;
  private final transient Optional<LoginUrl> remedy;

  public RequestRefused(ErrorId id, String detail) {
    this(id, detail, Optional.empty());
  }

  public RequestRefused(ErrorId id, String detail, Optional<Duration> retryAfter) {
    this(id, detail, retryAfter, Optional.empty());
  }

  private RequestRefused(
      ErrorId id, String detail, Optional<Duration> retryAfter, Optional<LoginUrl> remedy) {
    super(id, detail);
    this.retryAfter = retryAfter;
    this.remedy = remedy;
  }

  /**
   * The session may not do this until the user allows more (incremental consent).
   *
   * @param scopes that are missing
   */
  public static RequestRefused consentNeeded(Set<String> scopes) {
    return new RequestRefused(
        ErrorId.CONSENT_NEEDED,
        "This needs more access than you have allowed so far. Allow it at your provider, and try"
            + " again.",
        Optional.empty(),
        Optional.of(LoginUrl.PLAIN.with("scope", String.join(" ", new TreeSet<>(scopes)))));
  }

  /**
   * The session's authentication is too weak or too old for this (RFC 9470 §3).
   *
   * @param acrValues of which one will do, the best liked first; what {@link AcrValues} does not
   *     allow is left out
   * @param maxAge of the authentication
   */
  public static RequestRefused stepUpNeeded(List<String> acrValues, Optional<Duration> maxAge) {
    LoginUrl asked =
        AcrValues.join(acrValues)
            .map(values -> LoginUrl.PLAIN.with("acr_values", values))
            .orElse(LoginUrl.PLAIN);
    LoginUrl url = maxAge.map(age -> asked.with("max_age", seconds(age))).orElse(asked);
    return new RequestRefused(
        ErrorId.STEP_UP_NEEDED,
        "This asks for a stronger or a fresher sign-in than yours. Sign in again, and try again.",
        Optional.empty(),
        // by a session at the provider alone, a login would bring what was refused
        Optional.of(url.equals(LoginUrl.PLAIN) ? url.with("prompt", "login") : url));
  }

  private static String seconds(Duration age) {
    Duration bounded = age.compareTo(LONGEST_AGE) > 0 ? LONGEST_AGE : age;
    return String.valueOf(Math.max(0, bounded.toSeconds()));
  }

  @Override
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** The login that would take the reason away, where a plain one would not. */
  Optional<LoginUrl> remedy() {
    return remedy;
  }
}
