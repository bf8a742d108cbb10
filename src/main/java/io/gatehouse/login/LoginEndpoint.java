package io.gatehouse.login;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.LoginCookie;
import io.gatehouse.web.Navigation;
import io.gatehouse.web.NextStep;
import io.gatehouse.web.Page;
import io.gatehouse.web.Parameters;
import io.gatehouse.web.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where logins start: at the login URL (also for third parties, OpenID Connect Core §4), and at
 * protected pages by themselves.
 */
public final class LoginEndpoint {
  private final GatehouseConfiguration configuration;
  private final Login login;
  private final Browsers browsers;
  private final LoginCookie loginCookie;
  private final SessionCookie sessionCookie;
  private final RecentLogins recentLogins;
  private final SecurityEvents events;
  private final Page chooser = Page.named("providers");
  private final Page bounce = Page.named("bounce");

  public LoginEndpoint(
      GatehouseConfiguration configuration,
      Login login,
      Browsers browsers,
      LoginCookie loginCookie,
      SessionCookie sessionCookie,
      RecentLogins recentLogins,
      SecurityEvents events) {
    this.configuration = configuration;
    this.login = login;
    this.browsers = browsers;
    this.loginCookie = loginCookie;
    this.sessionCookie = sessionCookie;
    this.recentLogins = recentLogins;
    this.events = events;
  }

  /**
   * The login URL was asked for.
   *
   * @return what may wait for the provider, and reads nothing of the request any more
   */
  Supplier<Answer> requested(HttpServletRequest request) {
    if (!Navigation.mayStartLogin(request)) {
      throw new LoginRefused(
          ErrorId.LOGIN_NOT_A_NAVIGATION,
          "A script, an image, a frame or a prefetch asked for it; open the address as a page.");
    }
    Parameters parameters =
        Parameters.parse(request.getQueryString())
            .orElseThrow(
                () ->
                    new LoginRefused(
                        ErrorId.LOGIN_PARAMETER_REFUSED,
                        "A parameter comes twice or is not encoded properly."));
    LoginRequest wanted =
        LoginRequest.read(parameters, configuration, CurrentSession.of(request).peek());
    Browser browser = browsers.of(request);
    return () -> wanted.provider().isEmpty() ? choice(wanted) : sendOff(wanted, browser);
  }

  /** A protected page was navigated to by a browser without a session. */
  public Answer needed(HttpServletRequest request, ReturnTarget target) {
    if (!sessionCookie.isPresented(request) && Navigation.isFromAnotherSite(request)) {
      // the Strict cookie stays at home on the way from another site: ask once more from here (D4)
      return Answer.page(200, bounce.fill(Map.of("target", target.path()))).notStored();
    }
    Browser browser = browsers.of(request);
    if (browser.loginCookie().filter(recentLogins::areTooMany).isPresent()) {
      throw new LoginRefused(
          ErrorId.LOGIN_LOOP,
          "You signed in several times within a minute and are not signed in now: your browser does"
              + " not send the cookie "
              + sessionCookie.name()
              + " back, or sends it twice, or each session ended at once. Allow cookies for this"
              + " site, delete those it has, and check the clock of your device.");
    }
    return automatic(target, browser);
  }

  /** Starts over, for the one login that took too long. */
  Answer restart(LoginTransaction expired, Browser browser) {
    return answer(login.restart(expired, browser), browser);
  }

  /** The button of a page that says why there is no login. */
  static NextStep again(ReturnTarget target) {
    return NextStep.signIn("Sign in", target);
  }

  /** What a refused login URL wanted, as far as that can be kept. */
  static ReturnTarget targetOf(@Nullable String query) {
    return Parameters.parse(query)
        .flatMap(parameters -> parameters.get("return_to"))
        .flatMap(ReturnTarget::parse)
        .orElse(ReturnTarget.HOME);
  }

  private Answer automatic(ReturnTarget target, Browser browser) {
    List<ProviderConfiguration> providers = configuration.providers();
    // only the login URL waits for a provider: protected pages do so on the container's threads
    return providers.size() == 1 && login.isAtHand(providers.get(0))
        ? sendOff(LoginRequest.to(target, Optional.of(providers.get(0))), browser)
        : Answer.redirect(302, NextStep.loginUrl(target)).notStored();
  }

  private Answer sendOff(LoginRequest wanted, Browser browser) {
    return answer(login.start(wanted, browser), browser);
  }

  private Answer answer(Login.Started started, Browser browser) {
    events.publish(new LoginStarted(started.provider(), browser.address()));
    // 302 after GET; after the POST of form_post browsers change to GET as well (RFC 9110 §15.4.3)
    return Answer.redirect(302, started.authorizationRequest().toString())
        .with("Set-Cookie", loginCookie.set(started.loginCookie()))
        .notStored();
  }

  private Answer choice(LoginRequest wanted) {
    List<Map<String, String>> choices =
        configuration.providers().stream()
            .filter(provider -> OptionalScopes.canGrant(provider, wanted.scopes()))
            .map(provider -> Map.of("name", provider.name(), "href", wanted.urlAt(provider)))
            .toList();
    return Answer.page(200, chooser.fill(Map.of("providers", choices))).notStored();
  }
}
