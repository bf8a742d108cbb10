package io.gatehouse.resource;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Lets a request pass whose bearer token the container verified and whose scopes suffice (RFC 6750
 * §2.1, §3.1; rule 24).
 *
 * <p>The principal must be a {@link JsonWebToken} made from the very header of this request:
 * whatever else signs somebody in at this server, a cookie above all, is no bearer token.
 */
@Provider
@Dependent
@RequiresScope
@Priority(Priorities.AUTHORIZATION)
public final class AccessTokenFilter implements ContainerRequestFilter {
  private static final String SCHEME = "Bearer";
  private static final int MAX_SUBJECT = 255;

  /** Set on the request by whoever verifies the token and cannot say either way just now. */
  private static final String UNDECIDED = "io.gatehouse.bearer.fault";

  // fields: the REST runtime makes its providers by their empty constructors
  @Inject ProtectedResource resource;

  @Context
  @SuppressWarnings("NullAway.Init") // the container injects it before the first request
  ResourceInfo called;

  @Override
  public void filter(ContainerRequestContext request) {
    String presented = presented(request);
    JsonWebToken token =
        Optional.ofNullable(request.getSecurityContext().getUserPrincipal())
            .filter(JsonWebToken.class::isInstance)
            .map(JsonWebToken.class::cast)
            .filter(principal -> isMadeFrom(principal, presented))
            .filter(AccessTokenFilter::namesSomebody)
            .orElseThrow(() -> request.getProperty(UNDECIDED) == null ? invalid() : undecided());
    String scope = called.getResourceMethod().getAnnotation(RequiresScope.class).value();
    if (!Scopes.of(token).contains(scope)) {
      throw Refused.challenged(
          Refusal.SCOPE_MISSING,
          "The scope \"" + scope + "\" is needed and was not granted.",
          challenge().insufficientScope(scope));
    }
  }

  private String presented(ContainerRequestContext request) {
    List<String> headers = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (headers != null && headers.size() > 1) {
      // proxies and frameworks disagree on which of two counts
      throw Refused.challenged(
          Refusal.MALFORMED_REQUEST,
          "There must be exactly one Authorization header.",
          challenge().invalidRequest());
    }
    String header = headers == null || headers.isEmpty() ? "" : headers.get(0).strip();
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw Refused.challenged(
          Refusal.BEARER_MISSING,
          "Send the access token in the header \"Authorization: Bearer\".",
          challenge().missing());
    }
    // whatever else it may be, it is not what a principal was made from
    return header.substring(SCHEME.length()).stripLeading();
  }

  private Refused invalid() {
    return Refused.challenged(
        Refusal.BEARER_INVALID,
        "It must be signed by the authorization server, for this audience, and not expired.",
        challenge().invalidToken());
  }

  /** A good token may be refused for a while, but never called bad for a fault of ours. */
  private static Refused undecided() {
    return Refused.because(
        Refusal.PROVIDER_UNREACHABLE, "Its keys cannot be had; try again in a few seconds.");
  }

  private static boolean isMadeFrom(JsonWebToken principal, String presented) {
    String raw = principal.getRawToken();
    return raw != null
        && MessageDigest.isEqual(
            raw.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
  }

  /** Preferences belong to issuer and subject: a token without either names nobody. */
  private static boolean namesSomebody(JsonWebToken token) {
    String issuer = token.getIssuer();
    String subject = token.getSubject();
    return issuer != null
        && subject != null
        && !subject.isBlank()
        && subject.length() <= MAX_SUBJECT;
  }

  private Challenge challenge() {
    return new Challenge(resource.metadata());
  }
}
