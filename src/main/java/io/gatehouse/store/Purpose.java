package io.gatehouse.store;

/**
 * What a key is for. Every purpose has its own key, so that nothing sealed or derived for one is
 * ever taken for another.
 */
public enum Purpose {
  /** Seals tokens and claims in the row of a session. */
  SESSION,
  /** Hides {@code sub} and {@code sid} in the columns that sessions are found by. */
  SESSION_INDEX,
  /** Seals a login transaction into {@code state}. */
  LOGIN_STATE,
  /** Derives {@code nonce} (OpenID Connect Core §15.5.2). */
  LOGIN_NONCE,
  /** Derives the PKCE verifier (RFC 7636 §4.1). */
  LOGIN_VERIFIER,
  /** Seals the {@code state} of a logout (RP-Initiated Logout §2). */
  LOGOUT_STATE,
  /** Derives the token in forms of our own pages. */
  FORM_TOKEN
}
