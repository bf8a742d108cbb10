package io.gatehouse.authorizationserver;

import io.gatehouse.config.ProviderConfiguration;
import java.time.Clock;

/**
 * Finds out about authorization servers by their metadata (RFC 8414, OpenID Connect Discovery) and
 * keeps what it found.
 */
public final class Discovery {
  private final BackChannel backChannel;
  private final Clock clock;

  public Discovery(BackChannel backChannel, Clock clock) {
    this.backChannel = backChannel;
    this.clock = clock;
  }

  /** Metadata and keys of this provider, from memory where they are fresh enough. */
  public Provider provider(ProviderConfiguration configuration) throws ProviderFault {
    throw new UnsupportedOperationException(backChannel + "" + clock + configuration);
  }

  /**
   * Whether metadata and keys are at hand now; never waits. Asking starts the first fetch, so that
   * readiness comes by itself.
   */
  public boolean usable(ProviderConfiguration configuration) {
    throw new UnsupportedOperationException();
  }
}
