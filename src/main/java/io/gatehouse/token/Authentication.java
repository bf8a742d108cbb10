package io.gatehouse.token;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.SignedToken.Refusal;
import java.time.Instant;
import java.util.Optional;

/**
 * How and when the user proved who they are, as an ID token has it (OpenID Connect Core §2).
 *
 * @param acr authentication context class
 * @param at {@code auth_time}
 */
public record Authentication(Optional<String> acr, Optional<Instant> at) {
  private static final Refusal REFUSAL = new Refusal(ErrorId.ID_TOKEN_REFUSED);

  /** Read from a session's own ID token, which was validated when it came. */
  public static Authentication of(Secret storedIdToken) {
    try {
      ValidatedIdToken stored =
          new ValidatedIdToken(SignedToken.readUnverified(storedIdToken.reveal(), REFUSAL).all());
      return new Authentication(stored.acr(), stored.authTime());
    } catch (TokenRefused unreadable) {
      return new Authentication(Optional.empty(), Optional.empty());
    }
  }
}
