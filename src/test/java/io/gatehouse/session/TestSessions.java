package io.gatehouse.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.config.ServerSecrets;
import io.gatehouse.config.SessionConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.Database;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.Presence;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionTable;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.IdTokenValidator.Expectation;
import io.gatehouse.token.StaticKeySet;
import io.gatehouse.token.ValidatedIdToken;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Session stores over a test database, and proven sign-ins to open sessions with. */
public final class TestSessions {
  public static final Duration IDLE = Duration.ofMinutes(30);
  public static final Duration ABSOLUTE = Duration.ofDays(7);
  public static final Duration LIFE = Duration.ofMinutes(5);
  public static final Duration REFRESH_LIFE = Duration.ofDays(30);

  private static final RSAKey KEY = SigningKeys.rsa("sessions");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final URI ISSUER = URI.create("https://as.example");

  private static final Instant FOR_EVER = Instant.ofEpochMilli(Long.MAX_VALUE);

  /** No logout can have come between. */
  public static final UnderWay NOT_LONG_UNDER_WAY = new UnderWay(FOR_EVER, FOR_EVER);

  private TestSessions() {}

  public static Secret secret(String thirtyTwoCharacters) {
    return Secret.of(Base64.getEncoder().encodeToString(thirtyTwoCharacters.getBytes(US_ASCII)));
  }

  public static Sealer sealer(Secret... newestFirst) {
    List<Secret> keys =
        newestFirst.length == 0
            ? List.of(secret("thirty-two-bytes-of-test-secret!"))
            : List.of(newestFirst);
    return new Sealer(new ServerSecrets(keys), RANDOM);
  }

  /** One node's sessions, without a near cache. */
  public static SessionStore node(TestDatabase database) {
    return node(database.database(), sealer(), Duration.ZERO, database.clock(), () -> 0);
  }

  public static SessionStore node(
      Database database, Sealer sealer, Duration cacheMaxAge, Clock clock, Ticker ticker) {
    return new SessionStore(
        new SessionTable(database),
        new LeaseTable(database),
        new Presence(database, IDLE),
        sealer,
        new SessionConfiguration(
            IDLE, ABSOLUTE, 20, cacheMaxAge, Optional.empty(), Optional.empty(), true, false),
        clock,
        RANDOM,
        ticker);
  }

  /** One node's sessions through a connection that may fail, without a near cache. */
  public static SessionStore node(Database database, Clock clock) {
    return node(database, sealer(), Duration.ZERO, clock, () -> 0);
  }

  /** Opens a session that no logout forbids. */
  public static SessionId open(
      SessionStore sessions, SessionStore.Opening opening, Optional<SessionKey> replaced) {
    return sessions
        .open(opening, SessionId.random(new SecureRandom()), replaced)
        .orElseThrow()
        .id();
  }

  public static SessionStore.Opening opening(String subject, String sid, Tokens tokens) {
    return opening("acme", subject, Optional.of(sid), tokens);
  }

  public static SessionStore.Opening opening(
      String provider, String subject, Optional<String> sid, Tokens tokens) {
    return new SessionStore.Opening(
        provider,
        validated(subject, sid),
        Map.of("name", "Alice Ärmel", "groups", List.of("a", "b"), "level", 3L),
        tokens,
        NOT_LONG_UNDER_WAY,
        "Browser/1.0",
        "192.0.2.1");
  }

  /** Tokens as they come at sign-in. */
  public static Tokens tokens(Clock clock, String access, String refresh) {
    return new Tokens(
        Secret.of(access),
        Optional.of(clock.instant().plus(LIFE)),
        LIFE,
        Optional.of(Secret.of(refresh)),
        Optional.of(clock.instant().plus(REFRESH_LIFE)),
        idToken("alice", Optional.of("sid-1")),
        Optional.empty(),
        Set.of("openid", "read"));
  }

  public static Secret idToken(String subject, Optional<String> sid) {
    return TokenBuilder.idToken(
            KEY, ISSUER.toString(), "gatehouse", subject, Clock.systemUTC().instant())
        .claim("nonce", "n")
        .claim("sid", sid.orElse(null))
        .build();
  }

  private static ValidatedIdToken validated(String subject, Optional<String> sid) {
    return new IdTokenValidator(Clock.systemUTC(), Duration.ofSeconds(30))
        .validate(
            idToken(subject, sid),
            new Expectation(
                ISSUER,
                "gatehouse",
                "RS256",
                new StaticKeySet(new JWKSet(KEY.toPublicJWK())),
                Optional.of("n"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }
}
