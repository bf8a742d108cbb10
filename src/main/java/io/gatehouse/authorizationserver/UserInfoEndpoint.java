package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The userinfo endpoint (OpenID Connect Core §5.3). */
public final class UserInfoEndpoint {
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  private final BackChannel backChannel;

  public UserInfoEndpoint(BackChannel backChannel) {
    this.backChannel = backChannel;
  }

  /**
   * The claims about the subject, which the answer must name (§5.3.2); none when the provider has
   * no such endpoint, or does not take this token there because it is for another resource.
   */
  public Map<String, Object> fetch(Provider provider, Secret accessToken, String expectedSubject)
      throws ProviderFault {
    return provider
        .metadata()
        .userinfoEndpoint()
        .map(endpoint -> claims(get(endpoint, accessToken), expectedSubject))
        .orElse(Map.of());
  }

  private Answer get(URI endpoint, Secret accessToken) {
    try {
      return backChannel.get(
          endpoint, Optional.of("Bearer " + accessToken.reveal()), backChannel.deadline());
    } catch (NoAnswer noAnswer) {
      throw unreachable(noAnswer.reason(), PAUSE_AFTER_FAILURE);
    }
  }

  private static Map<String, Object> claims(Answer answer, String expectedSubject) {
    if (answer.isServerError()) {
      throw unreachable(
          "it answered HTTP " + answer.status(), answer.retryAfter().orElse(PAUSE_AFTER_FAILURE));
    }
    if (answer.status() == 401 || answer.status() == 403) {
      return Map.of();
    }
    if (!answer.isOk()) {
      throw refused("HTTP " + answer.status() + " instead of 200");
    }
    if (answer.hasMediaType("application/jwt")) {
      throw refused(
          "signed (application/jwt), which this client did not register for: "
              + "unset userinfo_signed_response_alg at the provider");
    }
    Map<String, Object> claims =
        answer.json().orElseThrow(() -> refused("not a strict JSON object"));
    // §5.3.2: otherwise another user's claims could be slipped in (token substitution)
    if (!expectedSubject.equals(claims.get("sub"))) {
      throw refused("sub is not that of the ID token");
    }
    return claims;
  }

  private static ProviderFault refused(String why) {
    return new ProviderFault(
        ErrorId.USERINFO_REFUSED, "The provider's userinfo answer: " + why + ".");
  }

  private static ProviderFault unreachable(String reason, Duration retryAfter) {
    return new ProviderFault(
        ErrorId.PROVIDER_UNREACHABLE,
        "The provider's userinfo endpoint cannot be reached: " + reason + ".",
        Optional.of(retryAfter),
        null);
  }
}
