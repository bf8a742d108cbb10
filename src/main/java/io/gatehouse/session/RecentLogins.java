package io.gatehouse.session;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.store.OnceTable;
import java.time.Duration;

/**
 * How often a browser signed in just now that was not signed in before. Three times within a minute
 * means that signing it in again by itself would never end.
 */
public final class RecentLogins {
  private static final String PURPOSE = "completed-login";
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final int LIMIT = 3;

  private final OnceTable once;

  public RecentLogins(OnceTable once) {
    this.once = once;
  }

  /**
   * @param browser value of the login cookie
   */
  public void add(SessionId browser) {
    int mark = 0;
    while (mark < LIMIT && !once.insert(PURPOSE, key(browser, mark), WINDOW)) {
      mark++;
    }
  }

  public boolean areTooMany(SessionId browser) {
    for (int mark = LIMIT - 1; mark >= 0; mark--) {
      if (!once.contains(PURPOSE, key(browser, mark))) {
        return false;
      }
    }
    return true;
  }

  /** A sign-out in between shows that the session held. */
  public void forget(SessionId browser) {
    for (int mark = 0; mark < LIMIT; mark++) {
      once.remove(PURPOSE, key(browser, mark));
    }
  }

  private static String key(SessionId browser, int mark) {
    return browser.hash() + ":" + mark;
  }
}
