package io.gatehouse.session;

import static java.time.temporal.ChronoUnit.MILLIS;

import com.github.benmanes.caffeine.cache.Ticker;
import io.gatehouse.config.SessionConfiguration;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionRow;
import io.gatehouse.store.SessionTable;
import io.gatehouse.token.ValidatedIdToken;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Every session there is, at every node. Throws {@code StoreUnavailable} when it cannot tell. */
public final class SessionStore {
  private static final int HANDLE_BYTES = 16;
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private final SessionTable table;
  private final SessionLeases leases;
  private final SessionRecords records;
  private final NearCache cache;
  private final Duration idle;
  private final Duration absolute;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param clock the database's
   */
  public SessionStore(
      SessionTable table,
      LeaseTable leases,
      Sealer sealer,
      SessionConfiguration configuration,
      Clock clock,
      SecureRandom random) {
    this(table, leases, sealer, configuration, clock, random, Ticker.systemTicker());
  }

  SessionStore(
      SessionTable table,
      LeaseTable leases,
      Sealer sealer,
      SessionConfiguration configuration,
      Clock clock,
      SecureRandom random,
      Ticker ticker) {
    this.table = table;
    this.records = new SessionRecords(sealer);
    this.cache = new NearCache(configuration.cacheMaxAge(), ticker);
    this.leases = new SessionLeases(table, leases, records, cache);
    this.idle = configuration.idleTimeout();
    this.absolute = configuration.absoluteTimeout();
    this.clock = clock;
    this.random = random;
  }

  /**
   * A proven sign-in.
   *
   * @param claims about the user that the session keeps for display
   */
  public record Opening(
      String provider,
      ValidatedIdToken idToken,
      Map<String, Object> claims,
      Tokens tokens,
      String userAgent,
      String ip) {}

  /**
   * Opens a session under a new id (no fixation) and destroys the browser's old one in the same
   * step.
   */
  public SessionId open(Opening opening, Optional<SessionKey> replaced) {
    SessionId id = SessionId.random(random);
    Instant now = clock.instant().truncatedTo(MILLIS);
    Session session =
        new Session(
            SessionKey.of(id),
            newHandle(),
            opening.provider(),
            opening.idToken().subject(),
            opening.idToken().sid(),
            opening.claims(),
            opening.tokens(),
            now,
            now,
            now.plus(idle),
            now.plus(absolute),
            0,
            Session.Renewal.NONE,
            opening.userAgent(),
            opening.ip());
    table.insert(records.row(session), replaced.map(SessionKey::idHash));
    replaced.ifPresent(cache::changed);
    return id;
  }

  /** The live session of this id. Counts as use: extends the idle time. */
  public Optional<Session> find(SessionId id) {
    return peek(id).flatMap(this::use);
  }

  /** The live session of this id, without extending its idle time. */
  public Optional<Session> peek(SessionId id) {
    SessionKey key = SessionKey.of(id);
    return cache
        .get(key, () -> inDatabase(key))
        // what was kept may have come to its end since
        .filter(session -> session.isLiveAt(clock.instant()));
  }

  /** The live session as the database has it now, past the near cache; no use of it. */
  public Optional<Session> reread(SessionKey key) {
    return cache.read(key, () -> inDatabase(key));
  }

  private Optional<Session> inDatabase(SessionKey key) {
    return table.find(key.idHash()).flatMap(records::open);
  }

  private Optional<Session> use(Session session) {
    Instant now = clock.instant().truncatedTo(MILLIS);
    // a write per request would be the database's main work: one a minute is exact enough
    Duration seldom = idle.dividedBy(10).compareTo(MINUTE) < 0 ? idle.dividedBy(10) : MINUTE;
    if (session.lastUsedAt().plus(seldom).isAfter(now)) {
      return Optional.of(session);
    }
    boolean touched = table.touch(session.key().idHash(), idle, seldom);
    cache.changed(session.key());
    // untouched: another node was faster, or the session has ended meanwhile
    return touched ? Optional.of(session.used(now, idle)) : reread(session.key());
  }

  /** Ends a session, whoever is refreshing it; returns it so that the caller can revoke. */
  public Optional<Session> end(SessionId id) {
    try {
      return table.delete(id.hash()).flatMap(records::open);
    } finally {
      // also when the store did not answer: it may have happened
      cache.changed(SessionKey.of(id));
    }
  }

  /** The user's live sessions at every node, the one used last first. */
  public List<Session> list(String provider, String subject) {
    return records.subjectIndexes(provider, subject).stream()
        .flatMap(index -> table.listBySubject(provider, index).stream())
        .flatMap(row -> records.open(row).stream())
        .sorted(Comparator.comparing(Session::lastUsedAt).reversed())
        .toList();
  }

  /** Ends the session of this handle if it is this user's. */
  public Optional<Session> endByHandle(String provider, String subject, String handle) {
    return records.subjectIndexes(provider, subject).stream()
        .flatMap(index -> table.deleteByHandle(provider, index, handle).stream())
        .flatMap(this::ended)
        .findFirst();
  }

  /** Ends every session of this user. */
  public List<Session> endBySubject(String provider, String subject) {
    return records.subjectIndexes(provider, subject).stream()
        .flatMap(index -> table.deleteBySubject(provider, index).stream())
        .flatMap(this::ended)
        .toList();
  }

  /** Ends every session that came from this session at the provider. */
  public List<Session> endBySid(String provider, String sid) {
    return records.sidIndexes(provider, sid).stream()
        .flatMap(index -> table.deleteBySid(provider, index).stream())
        .flatMap(this::ended)
        .toList();
  }

  private Stream<Session> ended(SessionRow row) {
    cache.changed(new SessionKey(row.idHash()));
    return records.open(row).stream();
  }

  /** The store's side of refreshing. */
  public SessionLeases leases() {
    return leases;
  }

  private String newHandle() {
    byte[] bytes = new byte[HANDLE_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
