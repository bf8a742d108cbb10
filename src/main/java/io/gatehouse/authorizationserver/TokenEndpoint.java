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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The token endpoint (RFC 6749 §3.2). */
public final class TokenEndpoint {
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  /** A client that is refused today will hardly be accepted in a moment. */
  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(30);

  /** What is wanted there is a matter of set-up, at the provider or here. */
  private static final Duration PAUSE_AFTER_NO_TOKEN = Duration.ofMinutes(1);

  /**
   * What providers say of a resource: {@code invalid_target}, or, where they do not know the
   * parameter, that the request is wrong. The session's own refresh, without it, is another matter.
   */
  private static final Set<ErrorObject> OF_THE_RESOURCE =
      Set.of(
          OAuth2Error.INVALID_TARGET,
          OAuth2Error.INVALID_REQUEST,
          OAuth2Error.INVALID_SCOPE,
          OAuth2Error.UNAUTHORIZED_CLIENT);

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
      Answer answer = post(provider, form, configuredResources(provider), () -> true);
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
   * @param resource the token is wanted for (RFC 8707 §2.2); empty: the client's own
   * @param codeVerifier sent only to a provider with the quirk of wanting it again
   * @param fence asked when the connection stands and the body is about to leave
   */
  public RefreshAnswer refresh(
      Provider provider,
      Secret refreshToken,
      Optional<URI> resource,
      Optional<Secret> codeVerifier,
      RefreshFence fence) {
    Form form =
        new Form("grant_type", "refresh_token").param("refresh_token", refreshToken.reveal());
    codeVerifier
        .filter(known -> provider.configuration().has(ProviderQuirk.REFRESH_NEEDS_CODE_VERIFIER))
        .ifPresent(verifier -> form.param("code_verifier", verifier.reveal()));
    try {
      List<String> resources =
          resource.map(uri -> List.of(uri.toString())).orElse(configuredResources(provider));
      return refreshAnswer(post(provider, form, resources, fence), resource);
    } catch (NoAnswer noAnswer) {
      return switch (noAnswer.sent()) {
        case NO -> new RefreshAnswer.NotSent(PAUSE_AFTER_FAILURE);
        case FENCED -> new RefreshAnswer.Fenced();
        case MAYBE -> new RefreshAnswer.Uncertain();
      };
    }
  }

  private static List<String> configuredResources(Provider provider) {
    return provider.configuration().client().resources();
  }

  private static RefreshAnswer refreshAnswer(Answer answer, Optional<URI> resource) {
    if (answer.isOk()) {
      try {
        return new RefreshAnswer.Granted(TokenAnswerReader.read(answer));
      } catch (Refused refused) {
        // a success that we cannot read: the old refresh token may be spent
        return new RefreshAnswer.Uncertain();
      }
    }
    Optional<ErrorObject> error = TokenError.of(answer);
    if (error.filter(OAuth2Error.INVALID_GRANT::equals).isPresent()) {
      return new RefreshAnswer.InvalidGrant();
    }
    if (resource.isPresent() && error.filter(OF_THE_RESOURCE::contains).isPresent()) {
      return new RefreshAnswer.TargetRefused(answer.retryAfter().orElse(PAUSE_AFTER_NO_TOKEN));
    }
    return new RefreshAnswer.Refused(
        answer
            .retryAfter()
            .orElse(answer.isServerError() ? PAUSE_AFTER_FAILURE : PAUSE_AFTER_REFUSAL));
  }

  private Answer post(Provider provider, Form form, List<String> resources, RefreshFence fence)
      throws NoAnswer {
    resources.forEach(uri -> form.param("resource", uri));
    ClientAuthentication client = new ClientAuthentication(provider.configuration().client());
    return backChannel.post(
        provider.metadata().tokenEndpoint(),
        client.addTo(form),
        client.header(),
        backChannel.deadline(),
        fence);
  }
}
