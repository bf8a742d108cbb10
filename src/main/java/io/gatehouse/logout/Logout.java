package io.gatehouse.logout;

import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.EndSession;
import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.ProviderFault;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LogoutCompleted;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** RP-Initiated Logout (OpenID Connect RP-Initiated Logout §2) after the session ended here. */
public final class Logout {
  private final GatehouseConfiguration configuration;
  private final SessionStore sessions;
  private final Discovery discovery;
  private final Revocation revocation;
  private final SecurityEvents events;
  private final SecureRandom random;

  public Logout(
      GatehouseConfiguration configuration,
      SessionStore sessions,
      Discovery discovery,
      Revocation revocation,
      SecurityEvents events,
      SecureRandom random) {
    this.configuration = configuration;
    this.sessions = sessions;
    this.discovery = discovery;
    this.revocation = revocation;
    this.events = events;
    this.random = random;
  }

  /**
   * Ends the session of this id and its tokens.
   *
   * @param address of the client, for the audit log
   * @return where the browser goes to end the provider's session as well; empty when there is
   *     nothing to end there or no way to
   */
  Optional<URI> end(SessionId id, String address) {
    Optional<Session> ended = sessions.end(id);
    ended.ifPresent(session -> revoke(session, address));
    return ended.flatMap(this::endSessionRequest);
  }

  /** The origin that signing out of this session leads to, where it is known now. */
  Optional<URI> endSessionEndpoint(Session session) {
    return provider(session).flatMap(provider -> provider.metadata().endSessionEndpoint());
  }

  private void revoke(Session session, String address) {
    events.publish(
        new SessionEnded(
            session.provider(), session.subject(), session.handle(), EndReason.SIGNED_OUT));
    configuration
        .provider(session.provider())
        .ifPresent(
            provider ->
                revocation.revoke(
                    provider,
                    session.handle(),
                    session.tokens().accessToken(),
                    session.tokens().refreshToken()));
    events.publish(new LogoutCompleted(session.provider(), session.handle(), address));
  }

  private Optional<URI> endSessionRequest(Session session) {
    boolean isHinted = configuration.idTokenHint();
    Optional<Secret> idTokenHint =
        isHinted ? Optional.of(session.tokens().idToken()) : Optional.empty();
    Optional<String> logoutHint = isHinted ? Optional.empty() : Optional.of(session.subject());
    return provider(session)
        .flatMap(
            provider ->
                EndSession.of(
                    provider,
                    idTokenHint,
                    logoutHint,
                    configuration.postLogoutRedirectUri(),
                    newState()));
  }

  /** Empty when it cannot be reached: the sign-out here is complete without it. */
  private Optional<Provider> provider(Session session) {
    try {
      return configuration.provider(session.provider()).map(discovery::provider);
    } catch (ProviderFault unreachable) {
      return Optional.empty();
    }
  }

  /** Nothing depends on its return: arriving signed out changes nothing any more. */
  private String newState() {
    byte[] bits = new byte[16];
    random.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
