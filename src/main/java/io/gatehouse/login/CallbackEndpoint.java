package io.gatehouse.login;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.Navigation;
import io.gatehouse.web.NextStep;
import io.gatehouse.web.Page;
import io.gatehouse.web.Refusal;
import io.gatehouse.web.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The redirection endpoint (RFC 6749 §3.1.2): every way a browser comes back. */
public final class CallbackEndpoint {
  private static final String PATH = "/auth/callback";

  private final Login login;
  private final LoginEndpoint starts;
  private final Browsers browsers;
  private final SessionCookie sessionCookie;
  private final FaultMapper faults;
  private final Page landing = Page.named("landing");
  private final Page bounce = Page.named("bounce");

  public CallbackEndpoint(
      Login login,
      LoginEndpoint starts,
      Browsers browsers,
      SessionCookie sessionCookie,
      FaultMapper faults) {
    this.login = login;
    this.starts = starts;
    this.browsers = browsers;
    this.sessionCookie = sessionCookie;
    this.faults = faults;
  }

  /**
   * @param encoded the query of a GET or the body of a POST, never both
   */
  Answer receive(HttpServletRequest request, @Nullable String encoded) {
    try {
      AuthorizationResponse response = AuthorizationResponse.read(encoded);
      Completed completed = login.complete(response, browsers.of(request));
      if (completed instanceof Completed.SignedIn signedIn) {
        return landed(signedIn);
      }
      if (completed instanceof Completed.UsedBefore used) {
        return usedBefore(request, response, used.transaction());
      }
      return expired(request, response, (Completed.Expired) completed);
    } catch (LoginFailed failed) {
      return failed.is(ErrorId.STEP_UP_NOT_MET)
          ? notSteppedUp(request, failed)
          : failed(request, failed, failed.transaction());
    } catch (Fault fault) {
      return faults.answer(request, fault, LoginEndpoint.again(ReturnTarget.HOME), event("-"));
    }
  }

  /**
   * A page of our own, so that the next request comes from this site and brings the cookie (D4).
   */
  private Answer landed(Completed.SignedIn signedIn) {
    return Answer.page(200, landing.fill(Map.of("target", signedIn.transaction().target().path())))
        .with("Set-Cookie", sessionCookie.set(signedIn.session()))
        .notStored();
  }

  /** A replay in a signed-in browser goes on quietly; anywhere else it is refused (rule 3). */
  private Answer usedBefore(
      HttpServletRequest request, AuthorizationResponse response, LoginTransaction transaction) {
    if (isSignedIn(request)) {
      return goOn(transaction);
    }
    if (cookieStayedAtHome(request)) {
      return bounce(response);
    }
    return failed(
        request,
        new LoginRefused(
            ErrorId.STATE_USED, "Its answer arrived a second time, and you are not signed in now."),
        transaction);
  }

  /** Starts over once, for whoever this browser is signed in as now. */
  private Answer expired(
      HttpServletRequest request, AuthorizationResponse response, Completed.Expired expired) {
    LoginTransaction transaction = expired.transaction();
    if (expired.mayBeUsed() && isSignedIn(request)) {
      return goOn(transaction);
    }
    if (cookieStayedAtHome(request)) {
      return bounce(response);
    }
    if (transaction.isRestart() || !Navigation.mayStartLogin(request)) {
      return failed(
          request,
          new LoginRefused(
              ErrorId.STATE_EXPIRED,
              "It has to be finished within "
                  + LoginTransaction.LIFE.toMinutes()
                  + " minutes. Nothing is lost; start again."),
          transaction);
    }
    return starts.restart(transaction, request);
  }

  private static boolean isSignedIn(HttpServletRequest request) {
    return CurrentSession.of(request).peek().isPresent();
  }

  private static Answer goOn(LoginTransaction transaction) {
    return Answer.redirect(303, transaction.target().path()).notStored();
  }

  private boolean cookieStayedAtHome(HttpServletRequest request) {
    return !sessionCookie.isPresented(request) && Navigation.isFromAnotherSite(request);
  }

  /** Asks once more from here, where the Strict cookie comes along, with nothing but our state. */
  private Answer bounce(AuthorizationResponse response) {
    return Answer.page(200, bounce.fill(Map.of("target", PATH + "?state=" + response.state())))
        .notStored();
  }

  /** Leads back to where they were, and not to the provider once more: that would go in circles. */
  private Answer notSteppedUp(HttpServletRequest request, LoginFailed failed) {
    ReturnTarget target = failed.transaction().target();
    return faults.answer(
        request,
        failed,
        target.equals(ReturnTarget.HOME) ? NextStep.HOME : new NextStep("Go back", target.path()),
        event(failed.transaction().provider()));
  }

  private Answer failed(
      HttpServletRequest request, Throwable failure, LoginTransaction transaction) {
    return faults.answer(
        request,
        failure,
        NextStep.signIn("Try again", transaction.target()),
        event(transaction.provider()));
  }

  private static Function<Refusal, SecurityEvent> event(String provider) {
    return refusal ->
        new SecurityEvent.LoginRefused(
            provider, refusal.error(), refusal.detail(), refusal.reference(), refusal.address());
  }
}
