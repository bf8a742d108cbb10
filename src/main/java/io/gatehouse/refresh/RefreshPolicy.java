package io.gatehouse.refresh;

import io.gatehouse.config.RefreshConfiguration;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When to refresh, when to wait and when to leave a session alone. Pure: looks, never acts. */
final class RefreshPolicy {
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  private static final int JITTER_PERCENT = 10;

  private static final Duration JUST_NOW = Duration.ofSeconds(30);

  /** What to do with a session that somebody wants a token of. */
  enum Verdict {
    /** Its access token will do, or there is no way to another. */
    USE,
    /** Take the lease and refresh. */
    REFRESH,
    /** Somebody is at it: read again in a moment. */
    WAIT,
    /** Somebody was at it and is gone: say so in the store, then wait. */
    CALL_OFF,
    /** The last refresh failed: not yet. */
    BACK_OFF,
    /** The provider gives no token for that resource, as it said a moment ago. */
    TARGET_REFUSED
  }

  private final Duration ahead;
  private final RandomGenerator random;

  RefreshPolicy(RefreshConfiguration configuration, RandomGenerator random) {
    this.ahead = configuration.ahead();
    this.random = random;
  }

  Verdict decide(Session session, Wanted wanted, Instant now) {
    boolean good = isGood(session, wanted, now);
    if (good && now.isBefore(dueAt(session, wanted))) {
      return Verdict.USE;
    }
    if (session.tokens().refreshToken().isEmpty()) {
      // nothing renews it, and the session ends with it; nor does anything bring another
      return wanted.resource().isEmpty() ? Verdict.USE : orUse(good, Verdict.TARGET_REFUSED);
    }
    if (now.isBefore(session.refusedUntil(wanted.resource()))) {
      return orUse(good, Verdict.TARGET_REFUSED);
    }
    Session.Renewal renewal = session.renewal();
    // at its expiry a lease is over, at its instant a back-off is over: isBefore, never !isAfter
    return switch (renewal.state()) {
      case IDLE ->
          now.isBefore(renewal.notBefore()) ? orUse(good, Verdict.BACK_OFF) : Verdict.REFRESH;
      case REFRESHING ->
          orUse(good, now.isBefore(renewal.leaseExpiresAt()) ? Verdict.WAIT : Verdict.CALL_OFF);
      case UNCERTAIN -> orUse(good, uncertain(session, wanted, now));
    };
  }

  /**
   * The refresh token may be spent, and a strict provider ends the family when it comes again: not
   * while there is an access token that nobody has refused, also not because the user asks.
   */
  private static Verdict uncertain(Session session, Wanted wanted, Instant now) {
    Session.Renewal renewal = session.renewal();
    if (now.isBefore(renewal.leaseExpiresAt())) {
      return Verdict.WAIT;
    }
    boolean isSpared = hasToken(session, wanted, now) && !wanted.wasRefused();
    return isSpared || now.isBefore(renewal.notBefore()) ? Verdict.BACK_OFF : Verdict.REFRESH;
  }

  private static Verdict orUse(boolean good, Verdict otherwise) {
    return good ? Verdict.USE : otherwise;
  }

  /** Whether its access token will do, now and for this caller. */
  boolean isGood(Session session, Wanted wanted, Instant now) {
    return token(session, wanted, now)
        .filter(token -> token.generation() > wanted.newerThan())
        .isPresent();
  }

  private static boolean hasToken(Session session, Wanted wanted, Instant now) {
    return token(session, wanted, now).isPresent();
  }

  private static Optional<AccessToken> token(Session session, Wanted wanted, Instant now) {
    return session.accessToken(wanted.resource()).filter(token -> token.isGoodAt(now));
  }

  /**
   * Whether the token that was refused is the session's and as new as it gets. Without this a
   * resource that refuses every token would have the provider asked at every request.
   */
  boolean isJustRenewed(Session session, Wanted wanted, Instant now) {
    return session
        .accessToken(wanted.resource())
        .filter(token -> token.generation() == wanted.newerThan())
        .filter(token -> token.generation() > Session.FIRST_GENERATION)
        .filter(token -> token.isGoodAt(now))
        .flatMap(RefreshPolicy::youngUntil)
        .map(now::isBefore)
        .orElse(false);
  }

  /** For a while, or the first quarter of a short life. */
  private static Optional<Instant> youngUntil(AccessToken token) {
    Duration quarter = token.lifetime().dividedBy(4);
    Duration young = quarter.compareTo(JUST_NOW) < 0 ? quarter : JUST_NOW;
    return token.expiresAt().map(end -> end.minus(token.lifetime()).plus(young));
  }

  /** The instant from which on the token is renewed when used. */
  Instant dueAt(Session session, Wanted wanted) {
    return session
        .accessToken(wanted.resource())
        .map(token -> dueAt(session.key(), token))
        .orElse(Instant.MIN);
  }

  private Instant dueAt(SessionKey session, AccessToken token) {
    Instant expiry = token.expiresAt().orElse(Instant.MAX);
    if (expiry.equals(Instant.MAX)) {
      return expiry;
    }
    // in milliseconds: asked at every call, where the division of a Duration shows
    long window = Math.min(ahead.toMillis(), token.lifetime().toMillis() / 4);
    // the same at every node, different for every token: what began together ends apart
    int spread = Math.floorMod(Objects.hash(session, token.generation()), JITTER_PERCENT);
    return expiry.minusMillis(window * (100 - spread) / 100);
  }

  /**
   * How long nobody tries again after a failure.
   *
   * @param attempts failures in a row, this one included
   * @param asked by the provider (RFC 9110 §10.2.3; bounded where it is read), or what its kind of
   *     failure suggests
   */
  Duration backOff(int attempts, Duration asked) {
    int doublings = Math.min(Math.max(attempts - 1, 0), 10);
    Duration grown = min(FIRST_BACK_OFF.multipliedBy(1L << doublings), LONGEST_BACK_OFF);
    Duration longer = grown.compareTo(asked) > 0 ? grown : asked;
    return longer.plusMillis(random.nextLong(longer.toMillis() / 5 + 1));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
