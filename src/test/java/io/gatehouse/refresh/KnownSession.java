package io.gatehouse.refresh;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.TestSessions;
import java.time.Duration;
import java.time.Instant;

/** What must be true of one session, kept beside the store by the simplest means. */
final class KnownSession {
  private static final Duration TOUCHED_AT_MOST_EVERY = Duration.ofSeconds(60);

  final SessionId id;
  final String sid;
  final String family;
  private final Instant absoluteEnd;
  private Instant lastUsed;
  private Instant idleEnd;
  private Instant awayFrom = Instant.MAX;
  private Instant awayUntil = Instant.EPOCH;
  private Instant refreshEnd;
  private boolean isOver;

  /** As the store had it last. */
  Session stored;

  KnownSession(SessionId id, String sid, String family, Session stored) {
    this.id = id;
    this.sid = sid;
    this.family = family;
    this.stored = stored;
    this.lastUsed = stored.createdAt();
    this.idleEnd = lastUsed.plus(TestSessions.IDLE);
    this.absoluteEnd = stored.createdAt().plus(TestSessions.ABSOLUTE);
    this.refreshEnd = stored.tokens().refreshTokenExpiresAt().orElseThrow();
  }

  SessionKey key() {
    return SessionKey.of(id);
  }

  /** Time ends a session once and for all; that of an outage of the database does not count. */
  boolean isLiveAt(Instant now) {
    Instant excused = awayUntil.plus(TestSessions.IDLE);
    if (!now.isBefore(idleEnd) && idleEnd.isAfter(awayFrom) && now.isBefore(excused)) {
      idleEnd = excused;
    }
    if (!now.isBefore(idleEnd()) || !now.isBefore(absoluteEnd) || !now.isBefore(refreshEnd)) {
      isOver = true;
    }
    return !isOver;
  }

  void used(Instant now) {
    if (isLiveAt(now) && !now.isBefore(lastUsed.plus(TOUCHED_AT_MOST_EVERY))) {
      lastUsed = now;
      idleEnd = now.plus(TestSessions.IDLE);
    }
  }

  void away(Instant from, Instant until) {
    awayFrom = from;
    awayUntil = until;
  }

  void ended() {
    isOver = true;
  }

  Instant idleEnd() {
    return idleEnd;
  }

  Instant absoluteEnd() {
    return absoluteEnd;
  }

  /** The store has it so now. */
  void seen(Session now) {
    stored = now;
    refreshEnd = now.tokens().refreshTokenExpiresAt().orElseThrow();
  }
}
