package io.gatehouse.refresh;

import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshFence;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.session.Tokens;

/**
 * One session's refresh token at its provider (RFC 6749 §6), with everything slow done: metadata
 * and keys are at hand.
 */
interface RefreshGrant {
  /** Sends the refresh token once. */
  RefreshAnswer send(RefreshFence fence);

  /**
   * The session's tokens after this answer.
   *
   * @throws io.gatehouse.token.TokenRefused when an ID token that came along is not to be believed
   */
  Tokens accept(TokenAnswer answer);

  /** Best effort (RFC 7009). */
  void revoke(Tokens tokens);
}
