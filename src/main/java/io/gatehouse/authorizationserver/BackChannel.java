package io.gatehouse.authorizationserver;

import io.gatehouse.config.HttpConfiguration;
import java.time.Duration;

/** The one way out to authorization servers, with every limit of security rule 9. */
public final class BackChannel implements AutoCloseable {
  private final HttpConfiguration http;
  private final Duration deadline;

  /**
   * @param deadline whole time limit of one request, from call to the last byte of the answer
   */
  public BackChannel(HttpConfiguration http, Duration deadline) {
    this.http = http;
    this.deadline = deadline;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException(http + "" + deadline);
  }
}
