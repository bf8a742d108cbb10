package io.gatehouse.token;

/**
 * Everything a token can be refused for: one constant per rule of a specification, named in the
 * refusal and tested by one row each.
 *
 * <p>Of OpenID Connect Core §3.1.3.7 rule 4 has no constant: it is about several audiences, and
 * rule 3 already refuses those.
 */
public enum Rule {
  COMPACT_FORM("RFC 7515 §7.1", "three base64url parts, of bounded length"),
  NOT_ENCRYPTED("OIDC Core §3.1.3.7 rule 1", "not encrypted, as none was asked for"),
  STRICT_JSON("RFC 8725 §2.4", "header and claims are JSON objects without duplicate names"),
  NO_CRITICAL_HEADER("RFC 7515 §4.1.11", "no crit header, as we understand none"),
  NO_KEY_IN_HEADER("RFC 8725 §3.10", "no key or key location (jku, jwk, x5u, x5c) in the header"),
  TYPE("RFC 8725 §3.11", "header typ says what this is, if it says anything"),
  NO_SHARED_KEY("OIDC Core §3.1.3.7 rule 8", "signed, and not with a shared secret"),
  ALGORITHM("OIDC Core §3.1.3.7 rule 7", "signed with the one algorithm registered"),
  KEY_KNOWN("OIDC Core §10.1", "signed by a key the issuer publishes, unmistakably"),
  KEY_STRONG("RFC 7518 §3.3", "RSA keys of at least 2048 bits"),
  SIGNATURE("OIDC Core §3.1.3.7 rule 6", "signature verifies"),

  ISSUER("OIDC Core §3.1.3.7 rule 2", "iss is exactly the provider's issuer"),
  AUDIENCE("OIDC Core §3.1.3.7 rule 3", "aud names this client"),
  AUDIENCE_TRUSTED("OIDC Core §3.1.3.7 rule 3", "aud names nobody else"),
  AUTHORIZED_PARTY("OIDC Core §3.1.3.7 rule 5", "azp, if present, is this client"),
  EXPIRY("OIDC Core §3.1.3.7 rule 9", "exp is a number and not passed"),
  ISSUED_AT("OIDC Core §3.1.3.7 rule 10", "iat is a number and not in the future"),
  NONCE("OIDC Core §3.1.3.7 rule 11", "nonce is the one sent"),
  ACR("OIDC Core §3.1.3.7 rule 12", "acr is one of those asked for"),
  AUTH_TIME("OIDC Core §3.1.3.7 rule 13", "auth_time is within the max_age asked for"),

  SUBJECT("OIDC Core §2", "sub is a printable ASCII string of 1 to 255 characters"),
  SESSION_ID("OIDC Front-Channel Logout §3", "sid, if present, is a short printable string"),
  NOT_BEFORE("RFC 7519 §4.1.5", "nbf, if present, is a number and reached"),
  ACCESS_TOKEN_HASH("OIDC Core §3.1.3.8", "at_hash, if present, fits the access token"),
  PURPOSE("RFC 8725 §3.12", "not a logout token"),

  REFRESH_ISSUER("OIDC Core §12.2", "the same iss as at sign-in"),
  REFRESH_SUBJECT("OIDC Core §12.2", "the same sub as at sign-in"),
  REFRESH_NONCE("OIDC Core §12.2", "nonce, if present, is that of sign-in"),

  LOGOUT_TYPE("Back-Channel Logout §2.4", "header typ is logout+jwt, JWT or absent"),
  LOGOUT_EVENTS("Back-Channel Logout §2.6 rule 6", "events has the logout event as an object"),
  LOGOUT_WHO("Back-Channel Logout §2.6 rule 5", "sub or sid or both"),
  LOGOUT_JWT_ID("Back-Channel Logout §2.4", "jti is a short printable string"),
  LOGOUT_NO_NONCE("Back-Channel Logout §2.6 rule 7", "no nonce, so that no ID token passes"),
  LOGOUT_RECENT("Back-Channel Logout §2.6 rule 4", "issued within the last hour");

  private final String section;
  private final String text;

  Rule(String section, String text) {
    this.section = section;
    this.text = text;
  }

  /** Where the rule stands. */
  public String section() {
    return section;
  }

  /** What must hold. */
  public String text() {
    return text;
  }
}
