package io.gatehouse.logout;

import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.store.OnceTable;
import io.gatehouse.token.LogoutTokenValidator;
import io.gatehouse.token.ValidatedLogoutToken;
import io.gatehouse.web.Farewell;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The provider signs a user out everywhere (OpenID Connect Back-Channel Logout §2.5 to §2.7). */
public final class BackChannelLogout {
  private static final String SEEN = "logout-token";

  private final GatehouseConfiguration configuration;
  private final Discovery discovery;
  private final LogoutTokenValidator logoutTokens;
  private final SessionStore sessions;
  private final OnceTable once;
  private final Farewell farewell;
  private final SecurityEvents events;
  private final Clock clock;

  public BackChannelLogout(
      GatehouseConfiguration configuration,
      Discovery discovery,
      LogoutTokenValidator logoutTokens,
      SessionStore sessions,
      OnceTable once,
      Farewell farewell,
      SecurityEvents events,
      Clock clock) {
    this.configuration = configuration;
    this.discovery = discovery;
    this.logoutTokens = logoutTokens;
    this.sessions = sessions;
    this.once = once;
    this.farewell = farewell;
    this.events = events;
    this.clock = clock;
  }

  /** Ends the sessions that the token names; throws a fault when it is not to be believed. */
  void accept(Secret logoutToken) {
    ProviderConfiguration configured =
        LogoutTokenValidator.claimedIssuer(logoutToken)
            .flatMap(configuration::providerOfIssuer)
            .orElseThrow(() -> refused("No configured provider issued it."));
    Provider provider = discovery.provider(configured);
    ClientConfiguration client = configured.client();
    ValidatedLogoutToken token =
        logoutTokens.validate(
            logoutToken,
            new LogoutTokenValidator.Expectation(
                configured.issuer(),
                client.clientId(),
                client.idTokenSignedResponseAlg(),
                provider.keys()));
    String key = token.issuer() + " " + token.jwtId();
    if (once.contains(SEEN, key)) {
      throw refused("It arrived before.");
    }
    List<Session> ended = end(configured.id(), token);
    // remembered only now: had the store failed in between, the provider may send it again
    once.insert(SEEN, key, Duration.between(clock.instant(), token.rememberUntil()));
    ended.forEach(session -> farewell.to(session, EndReason.BACK_CHANNEL_LOGOUT));
    events.publish(new SecurityEvent.BackChannelLogout(configured.id(), ended.size()));
  }

  private List<Session> end(String provider, ValidatedLogoutToken token) {
    Optional<String> sid = token.sid();
    Optional<String> subject = token.subject();
    if (sid.isEmpty()) {
      return subject.map(sub -> sessions.endBySubject(provider, sub)).orElse(List.of());
    }
    return subject.isEmpty()
        ? sessions.endBySid(provider, sid.get())
        // both given, both must match (rule 26)
        : sessions.endBySubjectAndSid(provider, subject.get(), sid.get());
  }

  private static LogoutRefused refused(String detail) {
    return new LogoutRefused(ErrorId.LOGOUT_TOKEN_REFUSED, detail);
  }
}
