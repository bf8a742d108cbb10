package io.gatehouse.session;

/**
 * Has tokens revoked at the provider (RFC 7009) that nobody here will use again: best effort, and
 * without holding anybody up.
 */
@FunctionalInterface
public interface TokenRevocation {
  /**
   * @param session handle of the session that ended; {@code "-"} where none began
   */
  void of(String provider, String session, Tokens tokens);
}
