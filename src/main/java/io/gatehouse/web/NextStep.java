package io.gatehouse.web;

import io.gatehouse.oauth.ReturnTarget;

/** The one button of an error page: the right thing to do next. */
public record NextStep(String label, String href) {
  public static final NextStep HOME = new NextStep("Go to the home page", "/");

  /** Starts a login that comes back to {@code target}. */
  public static NextStep signIn(String label, ReturnTarget target) {
    return signIn(label, LoginUrl.PLAIN, target);
  }

  static NextStep signIn(String label, LoginUrl url, ReturnTarget target) {
    return new NextStep(label, url.returningTo(target).toString());
  }

  /** Asks for the same page once more. */
  public static NextStep retry(ReturnTarget target) {
    return new NextStep("Try again", target.path());
  }

  /** The local address that starts a login. */
  public static String loginUrl(ReturnTarget target) {
    return LoginUrl.PLAIN.returningTo(target).toString();
  }
}
