package io.gatehouse.session;

import static java.time.temporal.ChronoUnit.MILLIS;

import com.github.benmanes.caffeine.cache.Ticker;
import io.gatehouse.config.SessionConfiguration;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.LogoutTarget;
import io.gatehouse.store.Presence;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionRow;
import io.gatehouse.store.SessionTable;
import io.gatehouse.token.ValidatedIdToken;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every session there is, at every node. Throws {@code StoreUnavailable} when it cannot tell. */
public final class SessionStore {
  private static final int HANDLE_BYTES = 16;
  private static final Duration MINUTE = Duration.ofSeconds(60);

  /** Longer than any sign-in is under way: then nobody asks for the receipt of a logout. */
  private static final Duration RECEIPT = Duration.ofHours(1);

  private final SessionTable table;
  private final Presence presence;
  private final SessionLeases leases;
  private final SessionRecords records;
  private final NearCache cache;
  private final Duration idle;
  private final Duration absolute;
  private final Duration seldom;
  private final int maxPerUser;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param clock the database's
   */
  public SessionStore(
      SessionTable table,
      LeaseTable leases,
      Presence presence,
      Sealer sealer,
      SessionConfiguration configuration,
      Clock clock,
      SecureRandom random) {
    this(table, leases, presence, sealer, configuration, clock, random, Ticker.systemTicker());
  }

  SessionStore(
      SessionTable table,
      LeaseTable leases,
      Presence presence,
      Sealer sealer,
      SessionConfiguration configuration,
      Clock clock,
      SecureRandom random,
      Ticker ticker) {
    this.table = table;
    this.presence = presence;
    this.records = new SessionRecords(sealer);
    this.cache = new NearCache(configuration.cacheMaxAge(), ticker);
    this.leases = new SessionLeases(table, leases, presence, records, cache);
    this.idle = configuration.idleTimeout();
    this.absolute = configuration.absoluteTimeout();
    // a write per request would be the database's main work: one a minute is exact enough
    this.seldom = idle.dividedBy(10).compareTo(MINUTE) < 0 ? idle.dividedBy(10) : MINUTE;
    this.maxPerUser = configuration.maxPerUser();
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
      UnderWay underWay,
      String userAgent,
      String ip) {}

  /**
   * Opens a session under a new id (no fixation). Ends the browser's old one in the same step, and
   * the user's oldest where {@code gatehouse.session.max-per-user} is reached.
   *
   * @param browser value of the login cookie
   * @param replaced the session that the browser showed
   * @return empty when a logout arrived while the sign-in was under way: it wins, nothing changed
   */
  public Optional<Opened> open(Opening opening, SessionId browser, Optional<SessionKey> replaced) {
    SessionId id = SessionId.random(random);
    Instant now = clock.instant().truncatedTo(MILLIS);
    Session session = Session.begin(SessionKey.of(id), newHandle(), opening, now, idle, absolute);
    return table
        .insert(records.fresh(session, browser, replaced, maxPerUser, opening.underWay()))
        .map(
            displaced ->
                new Opened(id, session, ended(displaced.replaced()), ended(displaced.oldest())));
  }

  /** To be asked right before a code is sent, for {@link UnderWay}. */
  public Instant databaseTime() {
    return table.now();
  }

  /** The live session of this id. Counts as use: extends the idle time. */
  public Optional<Session> find(SessionId id) {
    return peek(id).flatMap(this::use);
  }

  /** The live session of this id, without extending its idle time. */
  public Optional<Session> peek(SessionId id) {
    SessionKey key = SessionKey.of(id);
    Optional<Session> kept = cache.get(key, () -> inDatabase(key));
    // what was kept may have come to its end since, by what this node knows of its use
    return kept.isEmpty() || kept.get().isLiveAt(clock.instant()) ? kept : reread(key);
  }

  /** The live session as the database has it now, past the near cache; no use of it. */
  public Optional<Session> reread(SessionKey key) {
    return cache.read(key, () -> inDatabase(key));
  }

  private Optional<Session> inDatabase(SessionKey key) {
    return table
        .look(key.idHash())
        .flatMap(found -> found.isIdle() ? excused(key) : Optional.of(found.row()))
        .flatMap(records::open);
  }

  private Optional<SessionRow> excused(SessionKey key) {
    presence.excuse(key.idHash());
    // another request of the same page may have been the one that did it
    return table.find(key.idHash());
  }

  private Optional<Session> use(Session session) {
    Instant now = clock.instant().truncatedTo(MILLIS);
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
    return table.listBySubject(provider, records.subjectIndexes(provider, subject)).stream()
        .flatMap(row -> records.open(row).stream())
        .toList();
  }

  /** Ends the session of this handle if it is this user's. */
  public Optional<Session> endByHandle(String provider, String subject, String handle) {
    Optional<SessionRow> row =
        table.deleteByHandle(provider, records.subjectIndexes(provider, subject), handle);
    return ended(row.stream().toList()).stream().findFirst();
  }

  /** Ends every session of this user, those whose code has been sent included. */
  public List<Session> endBySubject(String provider, String subject) {
    return logOut(records.bySubject(provider, subject, Optional.empty()));
  }

  /** As {@link #endBySubject}, but for one session. */
  public List<Session> endOthers(Session kept) {
    return logOut(records.bySubject(kept.provider(), kept.subject(), Optional.of(kept.handle())));
  }

  /**
   * Ends every session that came from this session at the provider, those whose sign-in has begun
   * included.
   */
  public List<Session> endBySid(String provider, String sid) {
    return logOut(records.bySid(provider, sid));
  }

  /** As {@link #endBySid}, where both are right. */
  public List<Session> endBySubjectAndSid(String provider, String subject, String sid) {
    return logOut(records.bySubjectAndSid(provider, subject, sid));
  }

  private List<Session> logOut(LogoutTarget target) {
    return ended(table.logOut(target, RECEIPT));
  }

  private List<Session> ended(List<SessionRow> rows) {
    rows.forEach(row -> cache.changed(new SessionKey(row.idHash())));
    return rows.stream().flatMap(row -> records.open(row).stream()).toList();
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
