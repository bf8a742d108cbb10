package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.ReturnTarget;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Turns away whoever needs a session and has none: people sign in first, programs get 401. */
public final class SignInFirst {
  private final LoginStart logins;

  public SignInFirst(LoginStart logins) {
    this.logins = logins;
  }

  /**
   * Answers a person with the way to sign in and back to this page.
   *
   * @throws RequestRefused 401, for everybody else
   */
  public void answer(HttpServletRequest request, HttpServletResponse response, RequestPath path)
      throws IOException {
    if (!isForPage(request)) {
      throw new RequestRefused(ErrorId.NOT_SIGNED_IN, "To see this page, sign in first.");
    }
    logins.needed(request, target(request, path)).writeTo(response);
  }

  /**
   * The answer to a person whose session turns out to have ended on the way to this page.
   *
   * @return empty for everybody else
   */
  public static Optional<Answer> again(HttpServletRequest request, RequestPath path) {
    return isForPage(request)
        ? Optional.of(Answer.redirect(302, NextStep.loginUrl(target(request, path))).notStored())
        : Optional.empty();
  }

  private static boolean isForPage(HttpServletRequest request) {
    return Navigation.isNavigation(request) && isReading(request);
  }

  private static boolean isReading(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  /** The page with its query where that can be returned to, else the page alone. */
  private static ReturnTarget target(HttpServletRequest request, RequestPath path) {
    String query = request.getQueryString();
    return ReturnTarget.parse(query == null ? path.value() : path.value() + "?" + query)
        .or(() -> ReturnTarget.parse(path.value()))
        .orElse(ReturnTarget.HOME);
  }
}
