package io.gatehouse.logout;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.session.Session;
import io.gatehouse.web.Answer;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.LoginCookie;
import io.gatehouse.web.Navigation;
import io.gatehouse.web.Origin;
import io.gatehouse.web.Page;
import io.gatehouse.web.Parameters;
import io.gatehouse.web.RequestForgery;
import io.gatehouse.web.SecurityHeaders;
import io.gatehouse.web.SessionCookie;
import jakarta.json.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Signing out, by form or by script, and the pages before and after. */
public final class LogoutEndpoint {
  private static final String PATH = "/auth/logout";
  private static final String HOME = "/";

  private final GatehouseConfiguration configuration;
  private final Logout logout;
  private final FormToken formToken;
  private final SessionCookie sessionCookie;
  private final LoginCookie loginCookie;
  private final RecentLogins recentLogins;
  private final ClientAddress addresses;
  private final Page confirmation = Page.named("logout");
  private final Page bounce = Page.named("bounce");
  private final boolean hasAccountPage;
  // where whoever is signed in belongs
  private final String inside;
  private final String signedOut;

  public LogoutEndpoint(
      GatehouseConfiguration configuration,
      Logout logout,
      FormToken formToken,
      SessionCookie sessionCookie,
      LoginCookie loginCookie,
      RecentLogins recentLogins,
      ClientAddress addresses) {
    this.configuration = configuration;
    this.logout = logout;
    this.formToken = formToken;
    this.sessionCookie = sessionCookie;
    this.loginCookie = loginCookie;
    this.recentLogins = recentLogins;
    this.addresses = addresses;
    this.hasAccountPage = configuration.hasAccountPage();
    this.inside = hasAccountPage ? "/account" : HOME;
    this.signedOut = Page.named("signed-out").fill(Map.of("inside", inside));
  }

  /**
   * Asks; changes nothing.
   *
   * @return what may wait for the provider, and reads nothing of the request any more
   */
  Supplier<Answer> confirm(HttpServletRequest request) {
    if (!sessionCookie.isPresented(request) && Navigation.isFromAnotherSite(request)) {
      // the Strict cookie stayed at home, and the form must be bound to it (D4)
      return () -> Answer.page(200, bounce.fill(Map.of("target", PATH))).notStored();
    }
    CurrentSession current = CurrentSession.of(request);
    String token = current.id().map(formToken::of).orElse("");
    Map<String, ?> facts =
        Map.of("csrf_token", token, "account_page", hasAccountPage, "inside", inside);
    return () ->
        Answer.page(200, confirmation.fill(facts))
            .with("Content-Security-Policy", policy(current.peek()))
            .notStored();
  }

  /**
   * Signs out. Without a session it does nothing and says the same.
   *
   * @param body of the form; not read when a script sent the header instead
   * @return what waits for the provider, and reads nothing of the request any more
   */
  Supplier<Answer> perform(HttpServletRequest request, String body) {
    boolean isScript = request.getHeader(RequestForgery.HEADER) != null;
    Optional<SessionId> session = CurrentSession.of(request).id();
    if (!isScript) {
      session.ifPresent(id -> requireFormToken(body, id));
    }
    String address = addresses.of(request);
    Optional<SessionId> browser = loginCookie.read(request);
    boolean isPresented = sessionCookie.isPresented(request);
    return () -> {
      String next = session.flatMap(id -> logout.end(id, address)).map(URI::toString).orElse(HOME);
      browser.ifPresent(recentLogins::forget);
      Answer answer =
          isScript ? Answer.json(200, "application/json", json(next)) : Answer.redirect(303, next);
      // a cookie that was not sent may be another's sign-in; only what was presented is taken away
      return isPresented
          ? answer.with("Set-Cookie", sessionCookie.clear()).notStored()
          : answer.notStored();
    };
  }

  /** The post-logout redirect URI. */
  Answer loggedOut() {
    return Answer.page(200, signedOut).notStored();
  }

  private void requireFormToken(String body, SessionId session) {
    boolean isOurs =
        Parameters.parse(body)
            .flatMap(parameters -> parameters.get("csrf_token"))
            .filter(token -> formToken.isGood(token, session))
            .isPresent();
    if (!isOurs) {
      throw new LogoutRefused(
          ErrorId.CROSS_SITE_REQUEST, "Open the sign-out page of this site and confirm there.");
    }
  }

  /** Browsers hold the redirect after a form against the policy of the page with the form. */
  private String policy(Optional<Session> session) {
    List<String> targets = new ArrayList<>();
    for (ProviderConfiguration provider : configuration.providers()) {
      targets.add(Origin.of(provider.issuer()));
    }
    session.flatMap(logout::endSessionEndpoint).map(Origin::of).ifPresent(targets::add);
    return SecurityHeaders.contentSecurityPolicy(targets);
  }

  private static String json(String logoutUrl) {
    return Json.createObjectBuilder().add("logout_url", logoutUrl).build().toString();
  }
}
