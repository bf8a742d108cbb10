package io.gatehouse.config;

import io.gatehouse.oauth.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads how long sessions and tokens live and where sessions are kept. */
final class LifetimesReader {
  private final Values values;

  LifetimesReader(Values values) {
    this.values = values;
  }

  Supplier<SessionConfiguration> session() {
    Optional<Duration> idle = values.read(Keys.IDLE_TIMEOUT, Parse::positiveDuration);
    Optional<Duration> absolute = values.read(Keys.ABSOLUTE_TIMEOUT, Parse::positiveDuration);
    if (idle.isPresent() && absolute.isPresent() && idle.get().compareTo(absolute.get()) > 0) {
      values
          .problems()
          .conflict(
              Keys.IDLE_TIMEOUT,
              "is longer than gatehouse.session.absolute-timeout, which ends it first");
    }
    Optional<Integer> perUser = values.read(Keys.MAX_PER_USER, Parse::count);
    Optional<Duration> cache = values.read(Keys.CACHE_MAX_AGE, Parse::cacheAge);
    Optional<String> url = values.read(Keys.JDBC_URL, Parse::jdbcUrl);
    Optional<String> user = values.read(Keys.JDBC_USER, Parse::printable);
    Optional<Secret> password =
        values.read(Keys.JDBC_PASSWORD_FILE, TextFile::read).map(Secret::of);
    if (values.isSet(Keys.JDBC_PASSWORD_FILE) && !values.isSet(Keys.JDBC_USER)) {
      values
          .problems()
          .missing(Keys.JDBC_USER, "a password file is set; write whose password it is");
    }
    Optional<Boolean> createSchema = values.read(Keys.JDBC_CREATE_SCHEMA, Parse::flag);
    return () ->
        new SessionConfiguration(
            idle.orElseThrow(),
            absolute.orElseThrow(),
            perUser.orElseThrow(),
            cache.orElseThrow(),
            user,
            password,
            createSchema.orElseThrow(),
            url.map(DatabaseAddress::mayGoInTheClear).orElse(false));
  }

  Supplier<RefreshConfiguration> refresh() {
    Optional<Duration> ahead = values.read(Keys.REFRESH_AHEAD, Parse::duration);
    Optional<Duration> deadline = values.read(Keys.REQUEST_DEADLINE, Parse::positiveDuration);
    Optional<Duration> lease = values.read(Keys.LEASE, Parse::positiveDuration);
    if (deadline.isPresent() && lease.isPresent()) {
      Duration least = RefreshConfiguration.shortestLease(deadline.get());
      if (lease.get().compareTo(least) < 0) {
        values
            .problems()
            .conflict(
                Keys.LEASE,
                "is too short for the request deadline: a slow provider would get two requests;"
                    + " write at least "
                    + least.toMillis()
                    + "ms or shorten gatehouse.refresh.request-deadline");
      }
    }
    Optional<Duration> lifetime = values.read(Keys.REFRESH_TOKEN_LIFETIME, Parse::positiveDuration);
    return () ->
        new RefreshConfiguration(
            ahead.orElseThrow(),
            deadline.orElseThrow(),
            lease.orElseThrow(),
            lifetime.orElseThrow());
  }
}
