package io.gatehouse.config;

import io.gatehouse.oauth.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * How long sessions live and where.
 *
 * @param idleTimeout ends a session that nobody used for so long
 * @param absoluteTimeout ends every session so long after sign-in
 * @param cacheMaxAge how old a cached read may be; zero turns the near cache off
 * @param createSchema whether start-up creates missing tables
 * @param inTheClear whether the way to the database may turn out to be without TLS, though nobody
 *     said so
 */
public record SessionConfiguration(
    Duration idleTimeout,
    Duration absoluteTimeout,
    int maxPerUser,
    Duration cacheMaxAge,
    Optional<String> jdbcUser,
    Optional<Secret> jdbcPassword,
    boolean createSchema,
    boolean inTheClear) {
  public SessionConfiguration {
    if (idleTimeout.compareTo(absoluteTimeout) > 0) {
      throw new IllegalArgumentException("idle time-out within the absolute one");
    }
  }
}
