package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration.Access;
import io.gatehouse.config.RouteConfiguration.TokenKind;
import io.gatehouse.oauth.Secret;
import io.gatehouse.session.Session;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.CurrentSession.Granted;
import io.gatehouse.web.RequestRefused;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The access token that goes up with one call, which may have to be waited for: never on a thread
 * of the container.
 */
final class Bearer {
  private final CurrentSession current;
  private final Passage passage;
  private final Access access;
  private final Executor room;
  private final Runnable renewed;
  private Optional<Session> session;
  private long generation;

  /**
   * @param session empty: nobody is signed in, and no token goes up
   * @param renewed told of each token that had to be younger than the one at hand
   */
  Bearer(
      CurrentSession current,
      Optional<Session> session,
      Passage passage,
      Executor room,
      Runnable renewed) {
    this.current = current;
    this.session = session;
    this.passage = passage;
    this.access = passage.route().access();
    this.room = room;
    this.renewed = renewed;
  }

  /** Hands over one that is good now. */
  void have(Consumer<Optional<Secret>> then, Consumer<Throwable> otherwise) {
    if (access.token() == TokenKind.NONE || session.isEmpty()) {
      then.accept(Optional.empty());
      return;
    }
    Optional<Granted> ready = current.accessTokenAtHand(access.audience());
    if (ready.isPresent()) {
      then.accept(token(ready.get()));
    } else {
      inTheRoom(
          () -> {
            Optional<Secret> fresh = token(current.accessToken(access.audience()));
            renewed.run();
            then.accept(fresh);
          },
          otherwise);
    }
  }

  /**
   * Hands over one that is younger than the last, which was refused.
   *
   * @param none told instead when there is none: a refresh has only just brought the last
   */
  void younger(Consumer<Optional<Secret>> then, Runnable none, Consumer<Throwable> otherwise) {
    inTheRoom(
        () -> {
          long refused = generation;
          Optional<Secret> younger =
              token(current.accessTokenAfterRefusal(access.audience(), refused));
          if (generation == refused) {
            none.run();
          } else {
            renewed.run();
            then.accept(younger);
          }
        },
        otherwise);
  }

  /** Has the next call find a younger one, beside this. */
  void renew() {
    inTheRoom(
        () -> {
          long refused = generation;
          Granted next = current.accessTokenAfterRefusal(access.audience(), refused);
          if (next.token().generation() != refused) {
            renewed.run();
          }
        },
        failed -> {
          // the next call finds out for itself
        });
  }

  /** Whether what it brings is for whoever is signed in; else it would be the same for anybody. */
  boolean goesWithSession() {
    return session.isPresent() && (access.sessionRequired() || access.token() != TokenKind.NONE);
  }

  /**
   * Whether the session has ended. No use of it.
   *
   * @throws RuntimeException when nobody can tell
   */
  boolean isSessionOver() {
    return current.peek().isEmpty();
  }

  Optional<Session> session() {
    return session;
  }

  private Optional<Secret> token(Granted granted) {
    session = Optional.of(granted.session());
    generation = granted.token().generation();
    passage.admit(granted.session());
    return Optional.of(granted.token().value());
  }

  private void inTheRoom(Runnable task, Consumer<Throwable> otherwise) {
    try {
      room.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException | Error failed) {
              otherwise.accept(failed);
            }
          });
    } catch (RequestRefused full) {
      otherwise.accept(full);
    }
  }
}
