package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshFence;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.oauth.Secret;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.ResourceGrant;
import io.gatehouse.session.Session;
import io.gatehouse.session.TestSessions;
import io.gatehouse.session.Tokens;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A provider in this JVM: rotates refresh tokens, revokes the family on reuse, and lets a test act
 * at every point of a refresh.
 */
final class SimulatedProvider implements RefreshGrants {
  /** The node dies here: nothing of ours runs any more, least of all a catch block. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** What becomes of one request. */
  enum Fate {
    ANSWERED,
    /** Processed, and the answer is lost. */
    ANSWER_LOST,
    /** Never processed, and no answer. */
    REQUEST_LOST,
    NOT_SENT,
    REFUSED,
    /** No token for the resource asked for; a plain refresh is refused as by REFUSED. */
    TARGET_REFUSED
  }

  static final Duration TARGET_PAUSE = Duration.ofMinutes(1);

  private final Clock clock;
  private final Map<String, String> familyOfToken = new HashMap<>();
  private final Set<String> spent = new HashSet<>();
  private final Set<String> revoked = new HashSet<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> revocations = new ArrayList<>();
  private final Deque<Fate> fates = new ArrayDeque<>();
  private Fate always = Fate.ANSWERED;
  private final Set<String> lost = new HashSet<>();
  private final Set<String> reused = new HashSet<>();
  private int issued;
  private int reuses;

  boolean rotates = true;
  boolean hasGrace;
  boolean fenceIsAsked = true;
  Duration retryAfter = Duration.ofSeconds(5);

  /** {@code refresh_expires_in} and {@code scope} of the answers; empty: left out. */
  Optional<Duration> refreshLife = Optional.empty();

  Optional<Set<String>> scopes = Optional.empty();
  Runnable beforeFence = () -> {};
  Runnable afterFence = () -> {};
  Runnable afterProcessing = () -> {};

  SimulatedProvider(Clock clock) {
    this.clock = clock;
  }

  synchronized Tokens signIn() {
    String family = "family-" + ++issued;
    String refresh = "rt-" + issued;
    familyOfToken.put(refresh, family);
    return TestSessions.tokens(clock, "at-" + issued, refresh);
  }

  /** The next requests, in this order. */
  synchronized void next(Fate... inOrder) {
    fates.addAll(List.of(inOrder));
  }

  synchronized void always(Fate fate) {
    always = fate;
  }

  /** Forgets what {@link #next} said. */
  synchronized void drop() {
    fates.clear();
  }

  synchronized int requests() {
    return requests.size();
  }

  synchronized int reuses() {
    return reuses;
  }

  synchronized List<String> revocations() {
    return List.copyOf(revocations);
  }

  synchronized void revokeEverything() {
    revoked.addAll(familyOfToken.values());
  }

  synchronized String family(String refreshToken) {
    return familyOfToken.get(refreshToken);
  }

  synchronized void revokeFamily(String family) {
    revoked.add(family);
  }

  synchronized boolean isRevoked(String family) {
    return revoked.contains(family);
  }

  synchronized boolean isSpent(String refreshToken) {
    return spent.contains(refreshToken);
  }

  /** Families of which an answer was lost on the way, so that nobody can know the newest token. */
  synchronized Set<String> lost() {
    return Set.copyOf(lost);
  }

  /** Families of which a token came that had been rotated away. */
  synchronized Set<String> reused() {
    return Set.copyOf(reused);
  }

  /** The refresh tokens of a family that are good, as far as rotation goes. */
  synchronized Set<String> unspent(String family) {
    return familyOfToken.entrySet().stream()
        .filter(entry -> entry.getValue().equals(family) && !spent.contains(entry.getKey()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<RefreshGrant> of(Session session, Optional<URI> resource) {
    Tokens old = session.tokens();
    return Optional.of(
        new RefreshGrant() {
          @Override
          public RefreshAnswer send(RefreshFence fence) {
            beforeFence.run();
            if (fenceIsAsked && !fence.holds()) {
              return new RefreshAnswer.Fenced();
            }
            afterFence.run();
            return answer(old.refreshToken().orElseThrow().reveal(), resource);
          }

          @Override
          public Session accept(TokenAnswer answer) {
            Instant expiresAt = clock.instant().plus(answer.expiresIn());
            if (resource.isEmpty()) {
              return session.renewed(
                  tokens(answer, answer.accessToken(), expiresAt, answer.scopesOr(old.scopes())));
            }
            AccessToken granted =
                new AccessToken(
                    answer.accessToken(),
                    Optional.of(expiresAt),
                    answer.expiresIn(),
                    answer.scopesOr(old.scopes()),
                    session.generation() + 1);
            return session.answered(
                new ResourceGrant(resource.get(), Optional.of(granted), Instant.EPOCH),
                tokens(
                    answer,
                    old.accessToken(),
                    old.accessTokenExpiresAt().orElseThrow(),
                    old.scopes()),
                clock.instant());
          }

          private Tokens tokens(
              TokenAnswer answer, Secret accessToken, Instant expiresAt, Set<String> scopes) {
            return new Tokens(
                accessToken,
                Optional.of(expiresAt),
                TestSessions.LIFE,
                answer.refreshToken().or(old::refreshToken),
                Optional.of(
                    clock
                        .instant()
                        .plus(answer.refreshExpiresIn().orElse(TestSessions.REFRESH_LIFE))),
                old.idToken(),
                old.codeVerifier(),
                scopes);
          }

          @Override
          public void revoke(Session renewed) {
            synchronized (SimulatedProvider.this) {
              String token = renewed.tokens().refreshToken().orElseThrow().reveal();
              revocations.add(token);
              revoked.add(familyOfToken.get(token));
            }
          }
        });
  }

  private RefreshAnswer answer(String token, Optional<URI> resource) {
    Fate fate = fate();
    return switch (fate) {
      case NOT_SENT -> new RefreshAnswer.NotSent(retryAfter);
      case TARGET_REFUSED -> {
        record(token);
        yield resource.isPresent()
            ? new RefreshAnswer.TargetRefused(TARGET_PAUSE)
            : new RefreshAnswer.Refused(retryAfter);
      }
      case REFUSED -> {
        record(token);
        yield new RefreshAnswer.Refused(retryAfter);
      }
      case REQUEST_LOST -> {
        record(token);
        yield new RefreshAnswer.Uncertain();
      }
      case ANSWER_LOST -> {
        record(token);
        process(token, resource);
        lose(token);
        yield new RefreshAnswer.Uncertain();
      }
      case ANSWERED -> {
        record(token);
        RefreshAnswer answer = process(token, resource);
        afterProcessing.run();
        yield answer;
      }
    };
  }

  private synchronized Fate fate() {
    Fate next = fates.poll();
    return next == null ? always : next;
  }

  private synchronized void record(String token) {
    requests.add(token);
  }

  private synchronized void lose(String token) {
    lost.add(familyOfToken.get(token));
  }

  private synchronized RefreshAnswer process(String token, Optional<URI> resource) {
    String family = familyOfToken.get(token);
    if (family == null || revoked.contains(family)) {
      return new RefreshAnswer.InvalidGrant();
    }
    boolean isSpent = rotates ? !spent.add(token) : spent.contains(token);
    if (isSpent && !hasGrace) {
      reuses++;
      reused.add(family);
      revoked.add(family);
      return new RefreshAnswer.InvalidGrant();
    }
    issued++;
    Optional<Secret> next = Optional.empty();
    if (rotates) {
      familyOfToken.put("rt-" + issued, family);
      next = Optional.of(Secret.of("rt-" + issued));
    }
    return new RefreshAnswer.Granted(
        new TokenAnswer(
            Secret.of("at-" + issued + resource.map(uri -> "@" + uri).orElse("")),
            next,
            Optional.empty(),
            TestSessions.LIFE,
            refreshLife,
            scopes));
  }
}
