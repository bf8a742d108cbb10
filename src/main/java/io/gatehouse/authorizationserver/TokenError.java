package io.gatehouse.authorizationserver;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import java.util.List;
import java.util.Optional;

/** An error response of the token endpoint (RFC 6749 §5.2), by its registered code. */
final class TokenError {
  private static final List<ErrorObject> REGISTERED =
      List.of(
          OAuth2Error.INVALID_GRANT,
          OAuth2Error.INVALID_CLIENT,
          OAuth2Error.UNAUTHORIZED_CLIENT,
          OAuth2Error.INVALID_REQUEST,
          OAuth2Error.UNSUPPORTED_GRANT_TYPE,
          OAuth2Error.INVALID_SCOPE,
          OAuth2Error.INVALID_TARGET);

  private TokenError() {}

  /** Empty when the answer is no client error, not JSON, or holds no registered code. */
  static Optional<ErrorObject> of(Answer answer) {
    boolean isClientError = answer.status() >= 400 && !answer.isServerError();
    return isClientError
        ? answer
            .json()
            .flatMap(
                members ->
                    REGISTERED.stream()
                        .filter(error -> error.getCode().equals(members.get("error")))
                        .findFirst())
        : Optional.empty();
  }
}
