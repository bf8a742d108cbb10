package io.gatehouse.login;

import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.SessionKey;
import io.gatehouse.store.OnceTable;
import io.gatehouse.store.Sealer;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;

/** The authorization code flow (RFC 6749 §4.1, OpenID Connect Core §3.1): one start, one end. */
public final class Login {
  private static final String USED_STATE = "state";

  private final GatehouseConfiguration configuration;
  private final Discovery discovery;
  private final CodeExchange codes;
  private final SignIn signIn;
  private final Sealer sealer;
  private final OnceTable once;
  private final Clock clock;
  private final SecureRandom random;

  public Login(
      GatehouseConfiguration configuration,
      Discovery discovery,
      CodeExchange codes,
      SignIn signIn,
      Sealer sealer,
      OnceTable once,
      Clock clock,
      SecureRandom random) {
    this.configuration = configuration;
    this.discovery = discovery;
    this.codes = codes;
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

  /** Whether a login there starts without waiting for the provider's metadata. */
  boolean isAtHand(ProviderConfiguration provider) {
    return discovery.usable(provider);
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
                LoginRefused.because(ErrorId.LOGIN_PARAMETER_REFUSED, "Choose a provider first."));
    Provider provider = discovery.provider(chosen);
    SessionId cookie = browser.loginCookie().orElseGet(() -> SessionId.random(random));
    LoginState state =
        LoginState.seal(
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
                request.acrValues()),
            sealer);
    String nonce = state.nonce(cookie, sealer);
    String challenge = LoginState.challenge(state.verifier(cookie, sealer));
    return new Started(
        AuthorizationRequests.of(provider, state, request, nonce, challenge), cookie, chosen.id());
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
                LoginRefused.because(
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
    Instant now = clock.instant();
    if (transaction.isExpiredAt(now) && !state.isOfAnother(browser.loginCookie())) {
      return new Completed.Expired(
          transaction,
          transaction.isForgottenAt(now) || once.contains(USED_STATE, transaction.id()));
    }
    SessionId cookie = state.requireBrowser(browser.loginCookie());

    // 2: from the provider asked; nothing has left us yet
    if (response.isBare() && once.contains(USED_STATE, transaction.id())) {
      return new Completed.UsedBefore(transaction);
    }
    Provider provider = discovery.provider(asked(transaction));
    response.requireIssuer(provider, configuration.providers().size() > 1);
    response.requireCodeOrError();

    // 3: one use, cluster-wide, also of a refusal
    if (!once.insert(USED_STATE, transaction.id(), LoginTransaction.REMEMBERED)) {
      return new Completed.UsedBefore(transaction);
    }

    // 4 and 5: the code, once, and who it stands for
    SignIn.Proven proven =
        codes.prove(
            provider,
            transaction,
            response.requireCode(),
            state.verifier(cookie, sealer),
            state.nonce(cookie, sealer),
            signIn.tokensAskedAt());

    // 6 and 7: what else is known, and the session under a new id
    return new Completed.SignedIn(signIn.open(proven, cookie, browser), transaction);
  }

  /** The provider of the transaction, if it still is what it was at the start. */
  private ProviderConfiguration asked(LoginTransaction transaction) {
    return configuration
        .provider(transaction.provider())
        .filter(provider -> provider.issuer().equals(transaction.issuer()))
        .filter(provider -> configuration.redirectUri().equals(transaction.redirectUri()))
        .orElseThrow(
            LoginRefused.because(
                ErrorId.STATE_UNREADABLE,
                "The configuration of this site changed while you were signing in."));
  }

  private String newId() {
    byte[] bits = new byte[16];
    random.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
