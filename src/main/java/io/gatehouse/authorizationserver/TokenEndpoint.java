package io.gatehouse.authorizationserver;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import io.gatehouse.authorizationserver.TokenAnswerReader.Refused;
import io.gatehouse.config.ProviderQuirk;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import jakarta.ws.rs.core.Form;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The token endpoint (RFC 6749 §3.2). */
public final class TokenEndpoint {
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  /** A client that is refused today will hardly be accepted in a moment. */
  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(30);

  private final BackChannel backChannel;

  public TokenEndpoint(BackChannel backChannel) {
    this.backChannel = backChannel;
  }

  /** Exchanges an authorization code (§4.1.3), once; never retried. */
  public TokenAnswer exchange(Provider provider, Secret code, Secret verifier, URI redirectUri)
      throws ProviderFault {
    Form form =
        new Form("grant_type", "authorization_code")
            .param("code", code.reveal())
            .param("redirect_uri", redirectUri.toString())
            .param("code_verifier", verifier.reveal());
    try {
      Answer answer = post(provider, form, () -> true);
      if (!answer.isOk()) {
        throw notExchanged(answer);
      }
      return TokenAnswerReader.read(answer);
    } catch (NoAnswer noAnswer) {
      throw unreachable(noAnswer.reason(), PAUSE_AFTER_FAILURE);
    } catch (Refused refused) {
      throw new ProviderFault(
          ErrorId.TOKEN_ANSWER_REFUSED, "The provider's token answer: " + refused.reason() + ".");
    }
  }

  private static ProviderFault notExchanged(Answer answer) {
    if (answer.isServerError()) {
      return unreachable(
          "it answered HTTP " + answer.status(), answer.retryAfter().orElse(PAUSE_AFTER_FAILURE));
    }
    Optional<ErrorObject> error = TokenError.of(answer);
    String said =
        "The provider's token endpoint answered HTTP "
            + answer.status()
            + error.map(known -> " " + known.getCode()).orElse("")
            + ".";
    if (error.filter(OAuth2Error.INVALID_GRANT::equals).isPresent()) {
      return new ProviderFault(ErrorId.CODE_REFUSED, said);
    }
    return error.isPresent() || answer.status() == 401
        ? new ProviderFault(ErrorId.CLIENT_REFUSED, said)
        : new ProviderFault(ErrorId.TOKEN_ANSWER_REFUSED, said);
  }

  private static ProviderFault unreachable(String reason, Duration retryAfter) {
    return new ProviderFault(
        ErrorId.PROVIDER_UNREACHABLE,
        "The provider's token endpoint cannot be reached: " + reason + ".",
        Optional.of(retryAfter),
        null);
  }

  /**
   * Sends one refresh request (§6), never retried.
   *
   * @param codeVerifier sent only to a provider with the quirk of wanting it again
   * @param fence asked when the connection stands and the body is about to leave
   */
  public RefreshAnswer refresh(
      Provider provider, Secret refreshToken, Optional<Secret> codeVerifier, RefreshFence fence) {
    Form form =
        new Form("grant_type", "refresh_token").param("refresh_token", refreshToken.reveal());
    codeVerifier
        .filter(known -> provider.configuration().has(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER))
        .ifPresent(verifier -> form.param("code_verifier", verifier.reveal()));
    try {
      return refreshAnswer(post(provider, form, fence));
    } catch (NoAnswer noAnswer) {
      return noAnswer.sent() == NoAnswer.Sent.NO
          ? new RefreshAnswer.NotSent(PAUSE_AFTER_FAILURE)
          : new RefreshAnswer.Uncertain();
    }
  }

  private static RefreshAnswer refreshAnswer(Answer answer) {
    if (answer.isOk()) {
      try {
        return new RefreshAnswer.Granted(TokenAnswerReader.read(answer));
      } catch (Refused refused) {
        // a success that we cannot read: the old refresh token may be spent
        return new RefreshAnswer.Uncertain();
      }
    }
    if (TokenError.of(answer).filter(OAuth2Error.INVALID_GRANT::equals).isPresent()) {
      return new RefreshAnswer.InvalidGrant();
    }
    return new RefreshAnswer.Refused(
        answer
            .retryAfter()
            .orElse(answer.isServerError() ? PAUSE_AFTER_FAILURE : PAUSE_AFTER_REFUSAL));
  }

  private Answer post(Provider provider, Form form, RefreshFence fence) throws NoAnswer {
    provider.configuration().client().resources().forEach(uri -> form.param("resource", uri));
    ClientAuthentication client = new ClientAuthentication(provider.configuration().client());
    return backChannel.post(
        provider.metadata().tokenEndpoint(),
        client.addTo(form),
        client.header(),
        backChannel.deadline(),
        fence);
  }
}
