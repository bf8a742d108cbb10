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
  private static final String DETAIL =
      "The session database did not answer. Sessions are kept; try again in a moment.";

  // spread out, so that waiting clients do not come back all at once
  private final Duration retryAfter = Duration.ofSeconds(ThreadLocalRandom.current().nextInt(2, 6));

  StoreUnavailable(Throwable cause) {
    super(ErrorId.STORE_UNREACHABLE, DETAIL, cause);
  }

  /** It was not even asked, since it keeps others waiting. */
  StoreUnavailable() {
    super(ErrorId.STORE_UNREACHABLE, DETAIL);
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.of(retryAfter);
  }
}
