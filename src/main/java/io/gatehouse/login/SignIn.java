package io.gatehouse.login;

import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.authorizationserver.UserInfoEndpoint;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.Tokens;
import io.gatehouse.token.ValidatedIdToken;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns a proven identity into a session; the browser's old one ends in its favour. */
public final class SignIn {
  /** What pages show of a person (OpenID Connect Core §5.1); nothing else is kept. */
  private static final Set<String> PROFILE =
      Set.of(
          "name",
          "given_name",
          "family_name",
          "nickname",
          "preferred_username",
          "email",
          "email_verified",
          "picture",
          "locale",
          "zoneinfo",
          "acr",
          "auth_time");

  private final GatehouseConfiguration configuration;
  private final UserInfoEndpoint userInfo;
  private final SessionStore sessions;
  private final RecentLogins recentLogins;
  private final Revocation revocation;
  private final SecurityEvents events;
  private final Clock clock;

  public SignIn(
      GatehouseConfiguration configuration,
      UserInfoEndpoint userInfo,
      SessionStore sessions,
      RecentLogins recentLogins,
      Revocation revocation,
      SecurityEvents events,
      Clock clock) {
    this.configuration = configuration;
    this.userInfo = userInfo;
    this.sessions = sessions;
    this.recentLogins = recentLogins;
    this.revocation = revocation;
    this.events = events;
    this.clock = clock;
  }

  /** Everything the token endpoint gave and the validator believed. */
  record Proven(
      Provider provider,
      ValidatedIdToken identity,
      Secret idToken,
      TokenAnswer answer,
      Secret verifier,
      LoginTransaction transaction) {
    String providerId() {
      return provider.configuration().id();
    }
  }

  SessionId open(Proven proven, SessionId loginCookie, Browser browser) {
    Map<String, Object> claims = new HashMap<>(proven.identity().claims());
    claims.putAll(
        userInfo.fetch(
            proven.provider(), proven.answer().accessToken(), proven.identity().subject()));
    claims.keySet().retainAll(PROFILE);

    recentLogins.add(loginCookie);
    Optional<SessionKey> replaced =
        browser.session().or(() -> proven.transaction().replaces().map(SessionKey::new));
    Optional<Session> old = replaced.flatMap(sessions::reread);
    SessionId id =
        sessions.open(
            new SessionStore.Opening(
                proven.providerId(),
                proven.identity(),
                claims,
                tokens(proven),
                browser.userAgent(),
                browser.address()),
            replaced);
    events.publish(
        new LoginCompleted(
            proven.providerId(),
            proven.identity().subject(),
            sessions.peek(id).map(Session::handle).orElse("-"),
            browser.address()));
    old.ifPresent(this::farewell);
    return id;
  }

  private Tokens tokens(Proven proven) {
    TokenAnswer answer = proven.answer();
    Instant now = clock.instant();
    return new Tokens(
        answer.accessToken(),
        Optional.of(now.plus(answer.expiresIn())),
        answer.expiresIn(),
        answer.refreshToken(),
        answer
            .refreshToken()
            .map(
                token ->
                    now.plus(
                        answer
                            .refreshExpiresIn()
                            .orElse(configuration.refresh().refreshTokenLifetime()))),
        proven.idToken(),
        proven.provider().configuration().has(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER)
            ? Optional.of(proven.verifier())
            : Optional.empty(),
        answer.scopesOr(requested(proven)));
  }

  private static Set<String> requested(Proven proven) {
    Set<String> scopes = new HashSet<>(proven.provider().configuration().client().scopes());
    scopes.addAll(proven.transaction().scopes());
    return scopes;
  }

  private void farewell(Session old) {
    events.publish(
        new SessionEnded(old.provider(), old.subject(), old.handle(), EndReason.REPLACED_BY_LOGIN));
    configuration
        .provider(old.provider())
        .ifPresent(
            provider ->
                revocation.revoke(
                    provider,
                    old.handle(),
                    old.tokens().accessToken(),
                    old.tokens().refreshToken()));
  }
}
