package io.gatehouse.login;

import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.authorizationserver.TokenEndpoint;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.store.OnceTable;
import io.gatehouse.store.Sealer;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.ValidatedIdToken;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** The authorization code flow (RFC 6749 §4.1, OpenID Connect Core §3.1): one start, one end. */
public final class Login {
  private static final String USED_STATE = "state";

  private final GatehouseConfiguration configuration;
  private final Discovery discovery;
  private final TokenEndpoint tokenEndpoint;
  private final IdTokenValidator idTokens;
  private final SignIn signIn;
  private final Sealer sealer;
  private final OnceTable once;
  private final Clock clock;
  private final SecureRandom random;

  public Login(
      GatehouseConfiguration configuration,
      Discovery discovery,
      TokenEndpoint tokenEndpoint,
      IdTokenValidator idTokens,
      SignIn signIn,
      Sealer sealer,
      OnceTable once,
      Clock clock,
      SecureRandom random) {
    this.configuration = configuration;
    this.discovery = discovery;
    this.tokenEndpoint = tokenEndpoint;
    this.idTokens = idTokens;
    this.signIn = signIn;
    this.sealer = sealer;
    this.once = once;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What to send the browser off with.
   *
   * @param loginCookie to be set, so that only this browser can come back
   */
  record Started(URI authorizationRequest, SessionId loginCookie, String provider) {}

  /** What an authorization response led to, when it was in order. */
  sealed interface Completed {
    /** A session was opened; its id goes into the cookie. */
    record SignedIn(SessionId session, LoginTransaction transaction) implements Completed {}

    /** Somebody was quicker with the same state: a double click, the back button, a replay. */
    record UsedBefore(LoginTransaction transaction) implements Completed {}

    /** The person took too long; nothing was sent and nothing is lost. */
    record Expired(LoginTransaction transaction) implements Completed {}
  }

  /** Starts a login at the provider of this request. */
  Started start(LoginRequest request, Browser browser) {
    return start(request, browser, 0);
  }

  /** Starts a login once more that took too long, for the same target. */
  Started restart(LoginTransaction expired, Browser browser) {
    return start(expired.asRequest(configuration.provider(expired.provider())), browser, 1);
  }

  private Started start(LoginRequest request, Browser browser, int attempt) {
    ProviderConfiguration chosen =
        request
            .provider()
            .orElseThrow(
                () -> refused(ErrorId.LOGIN_PARAMETER_REFUSED, "Choose a provider first."));
    Provider provider = discovery.provider(chosen);
    SessionId cookie = browser.loginCookie().orElseGet(() -> SessionId.random(random));
    LoginTransaction transaction =
        new LoginTransaction(
            newId(),
            chosen.id(),
            chosen.issuer(),
            configuration.redirectUri(),
            request.target(),
            clock.instant(),
            attempt,
            cookie.hash(),
            browser.session().map(SessionKey::idHash),
            request.scopes(),
            request.prompt(),
            request.maxAge(),
            request.acrValues());
    LoginState state = LoginState.seal(transaction, sealer);
    URI authorizationRequest =
        AuthorizationRequests.of(
            provider,
            state,
            request,
            state.nonce(cookie, sealer),
            LoginState.challenge(state.verifier(cookie, sealer)));
    return new Started(authorizationRequest, cookie, chosen.id());
  }

  /**
   * Completes a login from the authorization response.
   *
   * @throws LoginFailed with the fault that ended it, once we know which login it is
   */
  Completed complete(AuthorizationResponse response, Browser browser) {
    LoginState state =
        LoginState.open(response.state(), sealer)
            .orElseThrow(
                () ->
                    refused(
                        ErrorId.STATE_UNREADABLE,
                        "The provider's answer belongs to no sign-in of ours."));
    try {
      return complete(state, response, browser);
    } catch (Fault fault) {
      throw new LoginFailed(state.transaction(), fault);
    }
  }

  private Completed complete(LoginState state, AuthorizationResponse response, Browser browser) {
    // 1: this browser, not expired
    LoginTransaction transaction = state.transaction();
    boolean isExpired = transaction.isExpiredAt(clock.instant());
    if (isExpired && browser.loginCookie().isEmpty()) {
      return new Completed.Expired(transaction); // the cookie went first
    }
    SessionId cookie =
        browser
            .loginCookie()
            .filter(state::isOf)
            .orElseThrow(
                () ->
                    refused(
                        ErrorId.STATE_OF_ANOTHER_BROWSER,
                        "Start again in this browser, and allow cookies for this site."));
    if (isExpired) {
      return new Completed.Expired(transaction);
    }

    // 2: from the provider asked
    if (response.isBare() && once.contains(USED_STATE, transaction.id())) {
      return new Completed.UsedBefore(transaction);
    }
    Provider provider = discovery.provider(asked(transaction));
    response.requireIssuer(provider, configuration.providers().size() > 1);
    response.requireCodeOrError();

    // 3: one use, cluster-wide, also of a refusal
    if (!once.insert(USED_STATE, transaction.id(), LoginTransaction.LIFE.multipliedBy(2))) {
      return new Completed.UsedBefore(transaction);
    }

    // 4: the code, once
    Secret verifier = state.verifier(cookie, sealer);
    TokenAnswer answer =
        tokenEndpoint.exchange(
            provider, response.requireCode(), verifier, transaction.redirectUri());

    // 5: who it is
    Secret idToken =
        answer
            .idToken()
            .orElseThrow(
                () ->
                    refused(ErrorId.ID_TOKEN_REFUSED, "The provider's answer holds no ID token."));
    ValidatedIdToken validated =
        idTokens.validate(
            idToken, expectation(provider, transaction, answer, state.nonce(cookie, sealer)));

    // 6 and 7: what else is known, and the session under a new id
    SessionId session =
        signIn.open(
            new SignIn.Proven(provider, validated, idToken, answer, verifier, transaction),
            cookie,
            browser);
    return new Completed.SignedIn(session, transaction);
  }

  /** The provider of the transaction, if it still is what it was at the start. */
  private ProviderConfiguration asked(LoginTransaction transaction) {
    return configuration
        .provider(transaction.provider())
        .filter(provider -> provider.issuer().equals(transaction.issuer()))
        .filter(provider -> configuration.redirectUri().equals(transaction.redirectUri()))
        .orElseThrow(
            () ->
                refused(
                    ErrorId.STATE_UNREADABLE,
                    "The configuration of this site changed while you were signing in."));
  }

  private static IdTokenValidator.Expectation expectation(
      Provider provider, LoginTransaction transaction, TokenAnswer answer, String nonce) {
    return new IdTokenValidator.Expectation(
        provider.configuration().issuer(),
        provider.configuration().client().clientId(),
        provider.configuration().client().idTokenSignedResponseAlg(),
        provider.keys(),
        Optional.of(nonce),
        Optional.of(answer.accessToken()),
        transaction.maxAge(),
        transaction.acrValues().map(values -> Set.copyOf(Arrays.asList(values.split(" ")))),
        Optional.empty());
  }

  private String newId() {
    byte[] bits = new byte[16];
    random.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  private static LoginRefused refused(ErrorId id, String detail) {
    return new LoginRefused(id, detail);
  }
}
