package io.gatehouse.logout;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.web.Farewell;
import io.gatehouse.web.Parameters;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The provider signs a browser out by a frame in its own page (OpenID Connect Front-Channel Logout
 * §2 and §3). In a frame of another site our cookie stays at home, so that only {@code iss} and
 * {@code sid} tell which session is meant; knowing the {@code sid} is all that is asked of the
 * caller.
 */
public final class FrontChannelLogout {
  private static final int LONGEST_SID = 255;

  private final GatehouseConfiguration configuration;
  private final SessionStore sessions;
  private final Farewell farewell;
  private final SecurityEvents events;

  public FrontChannelLogout(
      GatehouseConfiguration configuration,
      SessionStore sessions,
      Farewell farewell,
      SecurityEvents events) {
    this.configuration = configuration;
    this.sessions = sessions;
    this.farewell = farewell;
    this.events = events;
  }

  /**
   * Ends the sessions that came from this session at the provider; that there is none is no error
   * and not told.
   *
   * @param query of the request
   * @return the provider, which alone may frame the answer
   * @throws LogoutRefused unless {@code iss} is exactly a configured issuer and a {@code sid} is
   *     there
   */
  ProviderConfiguration accept(@Nullable String query) {
    Optional<Parameters> parameters = Parameters.parse(query);
    ProviderConfiguration provider =
        parameters
            .flatMap(given -> given.get("iss"))
            .flatMap(configuration::providerOfIssuer)
            .orElseThrow(() -> refused("Exactly one iss is expected, a configured issuer."));
    String sid =
        parameters
            .flatMap(given -> given.get("sid"))
            .filter(FrontChannelLogout::isSessionId)
            .orElseThrow(() -> refused("Exactly one sid is expected."));
    List<Session> ended = sessions.endBySid(provider.id(), sid);
    ended.forEach(session -> farewell.to(session, EndReason.FRONT_CHANNEL_LOGOUT));
    if (!ended.isEmpty()) {
      events.publish(new SecurityEvent.FrontChannelLogout(provider.id(), ended.size()));
    }
    return provider;
  }

  /** What a sid in an ID token may be. */
  private static boolean isSessionId(String sid) {
    return !sid.isEmpty()
        && sid.length() <= LONGEST_SID
        && sid.chars().allMatch(character -> character >= ' ' && character <= '~');
  }

  private static LogoutRefused refused(String detail) {
    return new LogoutRefused(ErrorId.LOGOUT_REQUEST_REFUSED, detail);
  }
}
