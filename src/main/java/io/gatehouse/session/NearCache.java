package io.gatehouse.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sessions read a moment ago, so that a busy one costs one read per node and moment. An answer is
 * never older than {@code maxAge} by this node's timer, and never older than a change made at this
 * node.
 */
final class NearCache {
  private static final int MOST = 5_000;

  /**
   * @param session empty: changed or gone, must be read
   * @param asOf when the read was begun or the change was done
   */
  private record Entry(Optional<Session> session, long asOf) {}

  private final long maxAge;
  private final Ticker ticker;
  private final Cache<SessionKey, Entry> entries;

  NearCache(Duration maxAge, Ticker ticker) {
    this.maxAge = maxAge.toNanos();
    this.ticker = ticker;
    // only for tidiness: what counts is the age below, and marks must not go before their time
    Duration tidy = maxAge.multipliedBy(2);
    this.entries =
        Caffeine.newBuilder().ticker(ticker).expireAfterWrite(tidy).maximumSize(MOST).build();
  }

  Optional<Session> get(SessionKey key, Supplier<Optional<Session>> database) {
    long asked = ticker.read();
    Entry kept = entries.getIfPresent(key);
    if (kept != null && kept.session().isPresent() && asked - kept.asOf() < maxAge) {
      return kept.session();
    }
    return read(key, database);
  }

  /** What the database says now; whoever asks here next is told nothing older. */
  Optional<Session> read(SessionKey key, Supplier<Optional<Session>> database) {
    long asked = ticker.read();
    Optional<Session> read = database.get();
    if (maxAge == 0) {
      return read;
    }
    Entry newest = keep(key, new Entry(read, asked));
    // while we read, somebody here changed the session: what we read may be from before
    return newest.session().isPresent() || read.isEmpty() ? newest.session() : database.get();
  }

  /** To be told after every change made here, and after every one that may have been made. */
  void changed(SessionKey key) {
    if (maxAge > 0) {
      keep(key, new Entry(Optional.empty(), ticker.read()));
    }
  }

  private Entry keep(SessionKey key, Entry offered) {
    // The mark of a change is kept as long as an older read could still arrive and be good.
    return entries
        .asMap()
        .merge(key, offered, (kept, fresh) -> kept.asOf() - fresh.asOf() > 0 ? kept : fresh);
  }
}
