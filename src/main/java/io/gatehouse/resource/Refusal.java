package io.gatehouse.resource;

/**
 * Why this resource server says no. The codes are those of the catalogue in {@code docs/errors.md},
 * repeated here since this room imports no other.
 */
enum Refusal {
  MALFORMED_REQUEST("GH-1102", 400, "This request is not one we understand"),
  NOT_FOUND("GH-1104", 404, "There is nothing at this address"),
  METHOD_NOT_ALLOWED("GH-1105", 405, "This address does not work that way"),
  BODY_TOO_LARGE("GH-1106", 413, "This request is too large"),
  UNSUPPORTED_MEDIA_TYPE("GH-1107", 415, "This kind of content is not accepted here"),
  PROVIDER_UNREACHABLE("GH-1401", 503, "The sign-in provider cannot be reached"),
  BEARER_MISSING("GH-1801", 401, "An access token is needed"),
  BEARER_INVALID("GH-1802", 401, "This access token is not valid"),
  SCOPE_MISSING("GH-1803", 403, "This access token does not allow that"),
  PREFERENCES_INVALID("GH-1804", 400, "Some preferences are not valid"),
  STORE_UNREACHABLE("GH-1901", 503, "We cannot look up your session just now"),
  INTERNAL("GH-1902", 500, "Something went wrong on our side");

  private final String code;
  private final int status;
  private final String title;

  Refusal(String code, int status, String title) {
    this.code = code;
    this.status = status;
    this.title = title;
  }

  String code() {
    return code;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }
}
