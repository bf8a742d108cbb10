package io.gatehouse.oauth;

/**
 * The catalogue of everything that can go wrong, as the outside sees it (RFC 9457 {@code code}
 * member). An id never changes its meaning; {@code docs/errors.md} explains each to a person.
 *
 * <p>11xx the request, 12xx sign-in, 13xx the provider's answers, 14xx the provider's availability,
 * 15xx session and refresh, 16xx sign-out, 17xx the gateway, 18xx the protected resource, 19xx
 * ourselves.
 */
public enum ErrorId {
  MALFORMED_PATH(1101, Kind.REFUSED, "This address is not one we understand"),
  MALFORMED_REQUEST(1102, Kind.REFUSED, "This request is not one we understand"),
  CROSS_SITE_REQUEST(1103, Kind.FORBIDDEN, "This request did not come from this site"),
  NOT_FOUND(1104, Kind.NOT_FOUND, "There is nothing at this address"),
  METHOD_NOT_ALLOWED(1105, Kind.METHOD_NOT_ALLOWED, "This address does not work that way"),
  BODY_TOO_LARGE(1106, Kind.TOO_LARGE, "This request is too large"),
  UNSUPPORTED_MEDIA_TYPE(
      1107, Kind.UNSUPPORTED_MEDIA_TYPE, "This kind of content is not accepted here"),
  FIELDS_TOO_LARGE(1108, Kind.FIELDS_TOO_LARGE, "This request says too much about itself"),

  RETURN_TARGET_REFUSED(1201, Kind.REFUSED, "We cannot send you to that address after signing in"),
  LOGIN_PARAMETER_REFUSED(1202, Kind.REFUSED, "This sign-in link asks for something it may not"),
  LOGIN_NOT_A_NAVIGATION(1203, Kind.REFUSED, "Signing in needs a page of its own"),
  STATE_MISSING(1204, Kind.REFUSED, "We could not finish signing you in"),
  STATE_UNREADABLE(1205, Kind.REFUSED, "We could not finish signing you in"),
  STATE_OF_ANOTHER_BROWSER(1206, Kind.REFUSED, "This sign-in was started in another browser"),
  STATE_EXPIRED(1207, Kind.REFUSED, "This sign-in took too long"),
  STATE_USED(1208, Kind.REFUSED, "This sign-in was already finished"),
  RESPONSE_MALFORMED(1209, Kind.REFUSED, "We could not finish signing you in"),
  RESPONSE_ISSUER_WRONG(1210, Kind.REFUSED, "The answer came from another provider than asked"),
  PROVIDER_REFUSED(1211, Kind.FORBIDDEN, "The provider did not sign you in"),
  LOGIN_LOOP(1212, Kind.REFUSED, "Signing in does not hold in this browser"),
  CODE_REFUSED(1213, Kind.REFUSED, "We could not finish signing you in"),
  SIGNED_OUT_MEANWHILE(1214, Kind.REFUSED, "You were signed out while signing in"),
  CONSENT_NEEDED(1215, Kind.FORBIDDEN, "This needs your consent"),
  STEP_UP_NEEDED(1216, Kind.UNAUTHENTICATED, "This needs a stronger sign-in"),
  STEP_UP_NOT_MET(1217, Kind.FORBIDDEN, "The provider did not sign you in as asked"),

  TOKEN_ANSWER_REFUSED(1301, Kind.UNAVAILABLE, "The provider gave an answer we cannot use"),
  ID_TOKEN_REFUSED(1302, Kind.REFUSED, "We could not verify who you are"),
  USERINFO_REFUSED(1303, Kind.REFUSED, "We could not verify who you are"),
  TARGET_REFUSED(1304, Kind.BAD_GATEWAY, "We may not ask that application for you"),

  PROVIDER_UNREACHABLE(1401, Kind.UNAVAILABLE, "The sign-in provider cannot be reached"),
  PROVIDER_METADATA_REFUSED(
      1402, Kind.UNAVAILABLE, "The sign-in provider is not set up as expected"),
  CLIENT_REFUSED(1403, Kind.UNAVAILABLE, "The sign-in provider does not accept this application"),

  NOT_SIGNED_IN(1501, Kind.UNAUTHENTICATED, "You are not signed in"),
  SESSION_ENDED(1502, Kind.UNAUTHENTICATED, "Your session has ended"),
  REFRESH_UNAVAILABLE(1503, Kind.UNAVAILABLE, "Your session cannot be renewed just now"),

  LOGOUT_TOKEN_REFUSED(1601, Kind.REFUSED, "This logout token is not valid"),
  LOGOUT_REQUEST_REFUSED(1602, Kind.REFUSED, "This sign-out names no session of a known provider"),

  UPSTREAM_UNREACHABLE(
      1701, Kind.BAD_GATEWAY, "The application behind this page cannot be reached"),
  UPSTREAM_TIMEOUT(1702, Kind.GATEWAY_TIMEOUT, "The application behind this page took too long"),
  TOO_MANY_CALLS(1703, Kind.TOO_MANY, "Too many requests at a time"),
  WEBSOCKET_REFUSED(1704, Kind.REFUSED, "No WebSocket opens at this address"),

  BEARER_MISSING(1801, Kind.UNAUTHENTICATED, "An access token is needed"),
  BEARER_INVALID(1802, Kind.UNAUTHENTICATED, "This access token is not valid"),
  SCOPE_MISSING(1803, Kind.FORBIDDEN, "This access token does not allow that"),
  PREFERENCES_INVALID(1804, Kind.REFUSED, "Some preferences are not valid"),

  STORE_UNREACHABLE(1901, Kind.UNAVAILABLE, "We cannot look up your session just now"),
  INTERNAL(1902, Kind.INTERNAL, "Something went wrong on our side"),
  BUSY(1903, Kind.UNAVAILABLE, "This site is too busy just now");

  /** What a failure means to the caller; {@code FaultMapper} alone turns it into a status code. */
  public enum Kind {
    REFUSED,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    TOO_MANY,
    FIELDS_TOO_LARGE,
    INTERNAL,
    BAD_GATEWAY,
    UNAVAILABLE,
    GATEWAY_TIMEOUT
  }

  private final int number;
  private final Kind kind;
  private final String title;

  ErrorId(int number, Kind kind, String title) {
    this.number = number;
    this.kind = kind;
    this.title = title;
  }

  /** The stable public form, for example {@code GH-1203}. */
  public String code() {
    return "GH-" + number;
  }

  public Kind kind() {
    return kind;
  }

  /** What happened, in the user's words. */
  public String title() {
    return title;
  }
}
