package io.gatehouse.oauth;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Base of every exception of ours: an id from the catalogue and one sentence saying what happened,
 * what was expected and what to do next. The sentence reaches people and logs, so it never holds a
 * token, code, verifier, secret, cookie value or anything echoed from the request.
 */
public abstract class Fault extends RuntimeException {
  private final ErrorId id;

  protected Fault(ErrorId id, String detail) {
    this(id, detail, null);
  }

  protected Fault(ErrorId id, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.id = id;
  }

  public final ErrorId id() {
    return id;
  }

  /** What happened, safe to show. */
  public final String detail() {
    return String.valueOf(getMessage());
  }

  /** How long to wait before trying again; only for faults that pass by themselves. */
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }
}
