package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshFence;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.session.Session;

/**
 * One session's refresh token at its provider (RFC 6749 §6), with everything slow done: metadata
 * and keys are at hand.
 */
interface RefreshGrant {
  /** Sends the refresh token once. */
  RefreshAnswer send(RefreshFence fence);

  /**
   * The session after this answer.
   *
   * @throws io.gatehouse.token.TokenRefused when an ID token that came along is not to be believed
   */
  Session accept(TokenAnswer answer);

  /**
   * Has revoked what the answer brought, as far as the provider answers (RFC 7009).
   *
   * @param renewed what {@link #accept} made of it
   */
  void revoke(Session renewed);
}
