package io.gatehouse.login;

import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.authorizationserver.TokenEndpoint;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.Rule;
import io.gatehouse.token.TokenRefused;
import io.gatehouse.token.ValidatedIdToken;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Turns an authorization code into a proven identity (OpenID Connect Core §3.1.3). */
public final class CodeExchange {
  private final TokenEndpoint tokenEndpoint;
  private final IdTokenValidator idTokens;

  public CodeExchange(TokenEndpoint tokenEndpoint, IdTokenValidator idTokens) {
    this.tokenEndpoint = tokenEndpoint;
    this.idTokens = idTokens;
  }

  /**
   * Sends the code, once.
   *
   * @param askedAt the database's time, asked right before
   * @throws LoginRefused when the user is not signed in as strongly or freshly as was asked for
   * @throws TokenRefused when the ID token breaks another rule
   */
  SignIn.Proven prove(
      Provider provider,
      LoginTransaction transaction,
      Secret code,
      Secret verifier,
      String nonce,
      Instant askedAt) {
    TokenAnswer answer =
        tokenEndpoint.exchange(provider, code, verifier, transaction.redirectUri());
    Secret idToken =
        answer
            .idToken()
            .orElseThrow(
                LoginRefused.because(
                    ErrorId.ID_TOKEN_REFUSED, "The provider's answer holds no ID token."));
    return new SignIn.Proven(
        provider,
        validated(provider, transaction, idToken, answer.accessToken(), nonce),
        idToken,
        answer,
        verifier,
        askedAt,
        transaction);
  }

  private ValidatedIdToken validated(
      Provider provider,
      LoginTransaction transaction,
      Secret idToken,
      Secret accessToken,
      String nonce) {
    Optional<Set<String>> acrValues =
        transaction.acrValues().map(values -> Set.copyOf(Arrays.asList(values.split(" "))));
    try {
      return idTokens.validate(
          idToken, provider.atSignIn(nonce, accessToken, transaction.maxAge(), acrValues));
    } catch (TokenRefused refused) {
      throw stepUp(refused, transaction);
    }
  }

  /**
   * A provider that under-delivers (RFC 9470 §5). Its tokens are dropped and not revoked: some
   * providers would revoke those of the session that stays along with them.
   */
  private static Fault stepUp(TokenRefused refused, LoginTransaction transaction) {
    if (refused.rule() == Rule.ACR) {
      return stepUp("in one of the ways that were asked for");
    }
    return refused.rule() == Rule.AUTH_TIME && transaction.maxAge().isPresent()
        ? stepUp("anew, or as recently as was asked for")
        : refused;
  }

  private static LoginRefused stepUp(String how) {
    return new LoginRefused(
        ErrorId.STEP_UP_NOT_MET,
        "You signed in, but your provider does not say that you did so "
            + how
            + ". If you were signed in here before, you still are; what you wanted to do stays"
            + " closed. Set up a stronger way to sign in at your provider, a second factor for"
            + " example, or ask those who run this site.");
  }
}
