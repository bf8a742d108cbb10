package io.gatehouse.config;

import io.gatehouse.oauth.Secret;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * This application as the authorization server knows it; names of RFC 7591 §2.
 *
 * @param clientSecret present exactly for {@link AuthMethod#CLIENT_SECRET_BASIC} and {@code
 *     CLIENT_SECRET_POST}
 * @param scopes requested at every login, {@code openid} among them
 * @param optionalScopes what a login URL may ask for in addition
 * @param resources resource indicators sent with the authorization and token requests (RFC 8707)
 * @param authorizationResources further ones, named in the authorization request alone (§2.1)
 * @param idTokenSignedResponseAlg the one JWS algorithm accepted for ID tokens
 */
public record ClientConfiguration(
    String clientId,
    AuthMethod tokenEndpointAuthMethod,
    Optional<Secret> clientSecret,
    Set<String> scopes,
    Set<String> optionalScopes,
    List<String> resources,
    List<String> authorizationResources,
    String idTokenSignedResponseAlg,
    ResponseMode responseMode) {

  /** IANA token endpoint authentication methods that this version speaks. */
  public enum AuthMethod {
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    NONE
  }

  public enum ResponseMode {
    QUERY,
    FORM_POST
  }

  public ClientConfiguration {
    // in the order given: whoever prints them shows what the operator wrote
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    optionalScopes = Collections.unmodifiableSet(new LinkedHashSet<>(optionalScopes));
    resources = List.copyOf(resources);
    authorizationResources = List.copyOf(authorizationResources);
    if (clientSecret.isPresent() == (tokenEndpointAuthMethod == AuthMethod.NONE)) {
      throw new IllegalArgumentException("a client secret exactly where the method needs one");
    }
    if (!scopes.contains("openid")) {
      throw new IllegalArgumentException("scope openid is what makes this OpenID Connect");
    }
  }
}
