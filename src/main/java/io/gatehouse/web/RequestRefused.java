package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import java.time.Duration;
import java.util.Optional;

/** A request that we will not serve, for a reason of HTTP or of our own session. */
public final class RequestRefused extends Fault {
  private final Optional<Duration> retryAfter;

  public RequestRefused(ErrorId id, String detail) {
    this(id, detail, Optional.empty());
  }

  public RequestRefused(ErrorId id, String detail, Optional<Duration> retryAfter) {
    super(id, detail);
    this.retryAfter = retryAfter;
  }

  @Override
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
