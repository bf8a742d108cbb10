package io.gatehouse.web;

import io.gatehouse.oauth.ReturnTarget;
import jakarta.servlet.http.HttpServletRequest;

/** Where a person who needs a session is sent to sign in; {@code login} knows how. */
public interface LoginStart {
  /**
   * @param target where they want to go
   */
  Answer needed(HttpServletRequest request, ReturnTarget target);
}
