package io.gatehouse.login;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.Navigation;
import io.gatehouse.web.NextStep;
import io.gatehouse.web.Page;
import io.gatehouse.web.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.function.Supplier;
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

  /** What counts of a request, read before anything waits. */
  private record Arrival(
      Browser browser,
      CurrentSession session,
      boolean cookieStayedAtHome,
      boolean mayStartLogin,
      FaultMapper.Answers refusals) {
    boolean isSignedIn() {
      return session.peek().isPresent();
    }
  }

  /**
   * @param encoded the query of a GET or the body of a POST, never both
   * @return what waits for the provider, and reads nothing of the request any more
   */
  Supplier<Answer> receive(HttpServletRequest request, @Nullable String encoded) {
    Arrival arrival =
        new Arrival(
            browsers.of(request),
            CurrentSession.of(request),
            !sessionCookie.isPresented(request) && Navigation.isFromAnotherSite(request),
            Navigation.mayStartLogin(request),
            faults.answersTo(request));
    return () -> receive(arrival, encoded);
  }

  private Answer receive(Arrival arrival, @Nullable String encoded) {
    try {
      AuthorizationResponse response = AuthorizationResponse.read(encoded);
      Completed completed = login.complete(response, arrival.browser());
      if (completed instanceof Completed.SignedIn signedIn) {
        return landed(signedIn);
      }
      if (completed instanceof Completed.UsedBefore used) {
        return usedBefore(arrival, response, used.transaction());
      }
      return expired(arrival, response, (Completed.Expired) completed);
    } catch (LoginFailed failed) {
      return arrival.refusals().apply(failed, nextAfter(failed));
    } catch (Fault fault) {
      return arrival.refusals().apply(fault, LoginEndpoint.again(ReturnTarget.HOME));
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
      Arrival arrival, AuthorizationResponse response, LoginTransaction transaction) {
    if (arrival.isSignedIn()) {
      return goOn(transaction);
    }
    if (arrival.cookieStayedAtHome()) {
      return bounce(response);
    }
    throw new LoginFailed(
        transaction,
        new LoginRefused(
            ErrorId.STATE_USED,
            "Its answer arrived a second time, and you are not signed in now."));
  }

  /** Starts over once, for whoever this browser is signed in as now. */
  private Answer expired(
      Arrival arrival, AuthorizationResponse response, Completed.Expired expired) {
    LoginTransaction transaction = expired.transaction();
    if (expired.mayBeUsed() && arrival.isSignedIn()) {
      return goOn(transaction);
    }
    if (arrival.cookieStayedAtHome()) {
      return bounce(response);
    }
    if (transaction.isRestart() || !arrival.mayStartLogin()) {
      throw new LoginFailed(
          transaction,
          new LoginRefused(
              ErrorId.STATE_EXPIRED,
              "It has to be finished within "
                  + LoginTransaction.LIFE.toMinutes()
                  + " minutes. Nothing is lost; start again."));
    }
    return starts.restart(transaction, arrival.browser());
  }

  private static Answer goOn(LoginTransaction transaction) {
    return Answer.redirect(303, transaction.target().path()).notStored();
  }

  /** Asks once more from here, where the Strict cookie comes along, with nothing but our state. */
  private Answer bounce(AuthorizationResponse response) {
    return Answer.page(200, bounce.fill(Map.of("target", PATH + "?state=" + response.state())))
        .notStored();
  }

  /** Another attempt, but not where the provider would do no more than before: no circles. */
  private static NextStep nextAfter(LoginFailed failed) {
    ReturnTarget target = failed.transaction().target();
    if (!failed.is(ErrorId.STEP_UP_NOT_MET)) {
      return NextStep.signIn("Try again", target);
    }
    return target.equals(ReturnTarget.HOME)
        ? NextStep.HOME
        : new NextStep("Go back", target.path());
  }
}
