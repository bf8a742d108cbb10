package io.gatehouse.store;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The database did not answer in time or not sensibly. What it was asked to do may have happened.
 */
public final class StoreUnavailable extends Fault {
  private final Duration retryAfter;

  StoreUnavailable(Throwable cause) {
    super(
        ErrorId.STORE_UNREACHABLE,
        "The session database did not answer. Sessions are kept; try again in a moment.",
        cause);
    // spread out, so that waiting clients do not come back all at once
    this.retryAfter = Duration.ofSeconds(ThreadLocalRandom.current().nextInt(2, 6));
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.of(retryAfter);
  }
}
