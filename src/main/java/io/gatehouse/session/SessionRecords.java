package io.gatehouse.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.LogoutTarget;
import io.gatehouse.store.NewSession;
import io.gatehouse.store.Purpose;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions as rows and back. The seal binds a payload to its row and its generation: it cannot be
 * moved to another row, nor can an older one be put back in its place.
 */
final class SessionRecords {
  private final Sealer sealer;

  SessionRecords(Sealer sealer) {
    this.sealer = sealer;
  }

  /** The columns that stand for a user at a provider, under every key of ours. */
  List<String> subjectIndexes(String provider, String subject) {
    return sealer.indexes(Purpose.SESSION_INDEX, "sub", provider, subject);
  }

  private List<String> sidIndexes(String provider, String sid) {
    return sealer.indexes(Purpose.SESSION_INDEX, "sid", provider, sid);
  }

  /** A logout may name both: it is of those sessions only where both are right. */
  private List<String> bothIndexes(String provider, String subject, String sid) {
    return sealer.indexes(Purpose.SESSION_INDEX, "sub and sid", provider, subject, sid);
  }

  LogoutTarget bySubject(String provider, String subject, Optional<String> exceptHandle) {
    List<String> subjects = subjectIndexes(provider, subject);
    return new LogoutTarget(provider, subjects, subjects, List.of(), exceptHandle);
  }

  LogoutTarget bySid(String provider, String sid) {
    List<String> sids = sidIndexes(provider, sid);
    return new LogoutTarget(provider, sids, List.of(), sids, Optional.empty());
  }

  LogoutTarget bySubjectAndSid(String provider, String subject, String sid) {
    return new LogoutTarget(
        provider,
        bothIndexes(provider, subject, sid),
        subjectIndexes(provider, subject),
        sidIndexes(provider, sid),
        Optional.empty());
  }

  /** A session to be stored, with every name that a logout may have called it by meanwhile. */
  NewSession fresh(
      Session session,
      SessionId browser,
      Optional<SessionKey> replaced,
      int limit,
      UnderWay underWay) {
    String provider = session.provider();
    List<String> subjects = subjectIndexes(provider, session.subject());
    Map<String, Instant> since = new HashMap<>();
    subjects.forEach(name -> since.put(name, underWay.tokensAskedAt()));
    session
        .sid()
        .ifPresent(
            sid -> {
              sidIndexes(provider, sid).forEach(name -> since.put(name, underWay.startedAt()));
              bothIndexes(provider, session.subject(), sid)
                  .forEach(name -> since.put(name, underWay.startedAt()));
            });
    return new NewSession(
        row(session), browser.hash(), replaced.map(SessionKey::idHash), subjects, limit, since);
  }

  /**
   * The row of a session that nobody is refreshing. Sealed and indexed under the newest key, also
   * when the session began under an older one.
   */
  SessionRow row(Session session) {
    String idHash = session.key().idHash();
    String provider = session.provider();
    String subject = subjectIndexes(provider, session.subject()).get(0);
    Optional<String> sid = session.sid().map(value -> sidIndexes(provider, value).get(0));
    byte[] bound = associatedData(idHash, provider, subject, sid, session.generation());
    return new SessionRow(
        idHash,
        session.handle(),
        provider,
        subject,
        sid,
        session.createdAt(),
        session.lastUsedAt(),
        session.idleExpiresAt(),
        session.absoluteExpiresAt(),
        session.expiresAt(),
        session.tokens().accessTokenExpiresAt(),
        session.generation(),
        RefreshState.IDLE,
        Instant.EPOCH,
        0,
        Instant.EPOCH,
        sealer.seal(Purpose.SESSION, payload(session).toBytes(), bound));
  }

  /**
   * Empty when no key of ours opens it. The row stays: another node may have the key, and time
   * removes it.
   */
  Optional<Session> open(SessionRow row) {
    return sealer
        .open(
            Purpose.SESSION,
            row.payload(),
            associatedData(
                row.idHash(), row.provider(), row.subjectIndex(), row.sidIndex(), row.generation()))
        .map(payload -> SessionPayload.parse(payload, row.generation()))
        .map(payload -> session(row, payload));
  }

  private static Session session(SessionRow row, SessionPayload payload) {
    return new Session(
        new SessionKey(row.idHash()),
        row.handle(),
        row.provider(),
        payload.subject(),
        payload.sid(),
        payload.claims(),
        payload.tokens(),
        row.createdAt(),
        row.lastUsedAt(),
        row.idleExpiresAt(),
        row.absoluteExpiresAt(),
        row.generation(),
        payload.accessTokenGeneration(),
        payload.resources(),
        new Session.Renewal(
            row.refreshState(), row.leaseExpiresAt(), row.attempts(), row.nextRefreshAt()),
        payload.userAgent(),
        payload.ip());
  }

  private static SessionPayload payload(Session session) {
    return new SessionPayload(
        session.subject(),
        session.sid(),
        session.claims(),
        session.tokens(),
        session.accessTokenGeneration(),
        session.resources(),
        session.userAgent(),
        session.ip());
  }

  private static byte[] associatedData(
      String idHash, String provider, String subject, Optional<String> sid, long generation) {
    // none of these can hold a line break: hashes, and a provider id from configuration
    return String.join("\n", idHash, provider, subject, sid.orElse(""), Long.toString(generation))
        .getBytes(UTF_8);
  }
}
