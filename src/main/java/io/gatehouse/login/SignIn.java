package io.gatehouse.login;

import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.authorizationserver.UserInfoEndpoint;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.LoginCompleted;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Opened;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TokenRevocation;
import io.gatehouse.session.Tokens;
import io.gatehouse.session.UnderWay;
import io.gatehouse.token.ValidatedIdToken;
import io.gatehouse.web.Farewell;
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
          "zoneinfo");

  private final GatehouseConfiguration configuration;
  private final UserInfoEndpoint userInfo;
  private final SessionStore sessions;
  private final RecentLogins recentLogins;
  private final TokenRevocation revocation;
  private final Farewell farewell;
  private final SecurityEvents events;

  public SignIn(
      GatehouseConfiguration configuration,
      UserInfoEndpoint userInfo,
      SessionStore sessions,
      RecentLogins recentLogins,
      TokenRevocation revocation,
      Farewell farewell,
      SecurityEvents events) {
    this.configuration = configuration;
    this.userInfo = userInfo;
    this.sessions = sessions;
    this.recentLogins = recentLogins;
    this.revocation = revocation;
    this.farewell = farewell;
    this.events = events;
  }

  /**
   * Everything the token endpoint gave and the validator believed.
   *
   * @param tokensAskedAt by the database's clock, before the code was sent
   */
  record Proven(
      Provider provider,
      ValidatedIdToken identity,
      Secret idToken,
      TokenAnswer answer,
      Secret verifier,
      Instant tokensAskedAt,
      LoginTransaction transaction) {
    String providerId() {
      return provider.configuration().id();
    }
  }

  /** The database's time, to be asked right before the code is sent. */
  Instant tokensAskedAt() {
    return sessions.databaseTime();
  }

  /**
   * @throws LoginRefused when a logout arrived meanwhile: nothing comes of this sign-in
   */
  SessionId open(Proven proven, SessionId loginCookie, Browser browser) {
    Map<String, Object> claims = claims(proven);
    Tokens tokens = tokens(proven);
    Optional<SessionKey> shown =
        browser.session().or(() -> proven.transaction().replaces().map(SessionKey::new));
    Opened opened =
        sessions
            .open(
                new SessionStore.Opening(
                    proven.providerId(),
                    proven.identity(),
                    claims,
                    tokens,
                    new UnderWay(proven.transaction().startedAt(), proven.tokensAskedAt()),
                    browser.userAgent(),
                    browser.address()),
                loginCookie,
                shown)
            .orElseThrow(() -> signedOutMeanwhile(proven, tokens));
    if (opened.replaced().stream().noneMatch(old -> shown.equals(Optional.of(old.key())))) {
      // a browser that showed a session of ours keeps its cookie: no loop
      recentLogins.add(loginCookie);
    }
    events.publish(
        new LoginCompleted(
            proven.providerId(),
            proven.identity().subject(),
            opened.session().handle(),
            browser.address()));
    opened.replaced().forEach(old -> farewell.to(old, EndReason.REPLACED_BY_LOGIN));
    opened.oldest().forEach(old -> farewell.to(old, EndReason.TOO_MANY));
    return opened.id();
  }

  /** The profile, of which UserInfo knows more and newer, and how the user signed in. */
  private Map<String, Object> claims(Proven proven) {
    Map<String, Object> claims = new HashMap<>(proven.identity().claims());
    claims.keySet().retainAll(PROFILE);
    userInfo
        .fetch(proven.provider(), proven.answer().accessToken(), proven.identity().subject())
        .forEach(
            (name, value) -> {
              if (PROFILE.contains(name)) {
                claims.put(name, value);
              }
            });
    // only the ID token is proof of that
    proven.identity().acr().ifPresent(acr -> claims.put("acr", acr));
    proven.identity().authTime().ifPresent(at -> claims.put("auth_time", at.getEpochSecond()));
    return claims;
  }

  private LoginRefused signedOutMeanwhile(Proven proven, Tokens tokens) {
    revocation.of(proven.providerId(), "-", tokens);
    return new LoginRefused(
        ErrorId.SIGNED_OUT_MEANWHILE,
        "A sign-out arrived while you were signing in, and it counts. Nothing is left of this"
            + " sign-in; you can start again.");
  }

  private Tokens tokens(Proven proven) {
    TokenAnswer answer = proven.answer();
    // lifetimes count from when the answer was made (RFC 6749 §5.1): never earlier than this
    Instant askedAt = proven.tokensAskedAt();
    return new Tokens(
        answer.accessToken(),
        Optional.of(askedAt.plus(answer.expiresIn())),
        answer.expiresIn(),
        answer.refreshToken(),
        answer
            .refreshToken()
            .map(
                token ->
                    askedAt.plus(
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
}
