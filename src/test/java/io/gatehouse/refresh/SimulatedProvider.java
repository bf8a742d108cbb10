package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshFence;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.oauth.Secret;
import io.gatehouse.session.Session;
import io.gatehouse.session.TestSessions;
import io.gatehouse.session.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    REFUSED
  }

  private final Clock clock;
  private final Map<String, String> familyOfToken = new HashMap<>();
  private final Set<String> spent = new HashSet<>();
  private final Set<String> revoked = new HashSet<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> revocations = new ArrayList<>();
  private final Deque<Fate> fates = new ArrayDeque<>();
  private Fate always = Fate.ANSWERED;
  private int issued;
  private int reuses;

  boolean rotates = true;
  boolean hasGrace;
  boolean fenceIsAsked = true;
  Duration retryAfter = Duration.ofSeconds(5);
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

  synchronized boolean isDead(Tokens tokens) {
    String token = tokens.refreshToken().orElseThrow().reveal();
    return revoked.contains(familyOfToken.get(token)) || (rotates && spent.contains(token));
  }

  @Override
  public Optional<RefreshGrant> of(Session session) {
    Tokens old = session.tokens();
    return Optional.of(
        new RefreshGrant() {
          @Override
          public RefreshAnswer send(RefreshFence fence) {
            beforeFence.run();
            if (fenceIsAsked && !fence.holds()) {
              return new RefreshAnswer.NotSent(retryAfter);
            }
            afterFence.run();
            return answer(old.refreshToken().orElseThrow().reveal());
          }

          @Override
          public Tokens accept(TokenAnswer answer) {
            return new Tokens(
                answer.accessToken(),
                Optional.of(clock.instant().plus(answer.expiresIn())),
                answer.expiresIn(),
                answer.refreshToken().or(old::refreshToken),
                Optional.of(clock.instant().plus(TestSessions.REFRESH_LIFE)),
                old.idToken(),
                old.codeVerifier(),
                answer.scopesOr(old.scopes()));
          }

          @Override
          public void revoke(Tokens tokens) {
            synchronized (SimulatedProvider.this) {
              String token = tokens.refreshToken().orElseThrow().reveal();
              revocations.add(token);
              revoked.add(familyOfToken.get(token));
            }
          }
        });
  }

  private RefreshAnswer answer(String token) {
    Fate fate = fate();
    return switch (fate) {
      case NOT_SENT -> new RefreshAnswer.NotSent(retryAfter);
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
        process(token);
        yield new RefreshAnswer.Uncertain();
      }
      case ANSWERED -> {
        record(token);
        RefreshAnswer answer = process(token);
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

  private synchronized RefreshAnswer process(String token) {
    String family = familyOfToken.get(token);
    if (family == null || revoked.contains(family)) {
      return new RefreshAnswer.InvalidGrant();
    }
    if (rotates && !spent.add(token) && !hasGrace) {
      reuses++;
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
            Secret.of("at-" + issued),
            next,
            Optional.empty(),
            TestSessions.LIFE,
            Optional.empty(),
            Optional.empty()));
  }
}
