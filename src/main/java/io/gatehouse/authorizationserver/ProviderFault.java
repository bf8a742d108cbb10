package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The authorization server did not answer, or answered what we cannot use. Never holds anything the
 * provider wrote.
 */
public final class ProviderFault extends Fault {
  private final Optional<Duration> retryAfter;

  ProviderFault(ErrorId id, String detail) {
    this(id, detail, Optional.empty(), null);
  }

  ProviderFault(
      ErrorId id, String detail, Optional<Duration> retryAfter, @Nullable Throwable cause) {
    super(id, detail, cause);
    this.retryAfter = retryAfter;
  }

  @Override
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
