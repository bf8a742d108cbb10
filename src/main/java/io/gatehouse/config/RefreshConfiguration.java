package io.gatehouse.config;

import java.time.Duration;

/**
 * When and how access tokens are renewed.
 *
 * @param ahead refresh when this little is left of the access token, at most a quarter of its
 *     lifetime
 * @param requestDeadline whole time limit of one refresh request
 * @param lease life of the cluster-wide lease; clearly longer than the request, or a slow provider
 *     gets two requests
 * @param refreshTokenLifetime assumed when the provider does not say
 */
public record RefreshConfiguration(
    Duration ahead, Duration requestDeadline, Duration lease, Duration refreshTokenLifetime) {
  /** The longest time between taking the lease and the first byte of the request. */
  public static final Duration SEND_WINDOW = Duration.ofSeconds(3);

  public RefreshConfiguration {
    if (lease.compareTo(shortestLease(requestDeadline)) < 0) {
      throw new IllegalArgumentException(
          "lease at least half as long again as send window and request deadline");
    }
  }

  /** Half as long again as everything that may happen under the lease. */
  static Duration shortestLease(Duration requestDeadline) {
    return requestDeadline.plus(SEND_WINDOW).multipliedBy(3).dividedBy(2);
  }
}
