package io.gatehouse.account;

import io.gatehouse.session.Session;

/**
 * Has the tokens of a session that ended here revoked at the provider (RFC 7009): best effort,
 * after the end and without holding up the answer.
 */
@FunctionalInterface
public interface TokenRevocation {
  void of(Session ended);
}
