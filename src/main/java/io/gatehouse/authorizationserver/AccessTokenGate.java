package io.gatehouse.authorizationserver;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.config.ApiConfiguration;
import io.gatehouse.config.BearerRules;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.AccessTokenValidator;
import io.gatehouse.token.KeySet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Shows the container the access tokens that its MicroProfile JWT is to accept at {@code /api},
 * each with the keys to check it against, and none of the others.
 *
 * <p>The keys are those of discovery: fetched once, again for a {@code kid} not seen before, and
 * never once per bad token, as the container would.
 */
public final class AccessTokenGate {
  private final ApiConfiguration api;
  private final Supplier<KeySet> keys;
  private final AccessTokenValidator validator;

  /**
   * @param keys of the issuer named in {@code api}; may throw a fault while they cannot be had
   */
  public AccessTokenGate(
      ApiConfiguration api, Supplier<KeySet> keys, AccessTokenValidator validator) {
    this.api = api;
    this.keys = keys;
    this.validator = validator;
  }

  /** Shows the token to the container for the request of this thread, or says why not. */
  public void admit(Secret accessToken) throws Fault {
    List<JWK> signers =
        validator.validate(
            accessToken,
            new AccessTokenValidator.Expectation(
                api.issuer(), api.audience(), api.algorithm(), keys.get()));
    BearerRules.show(
        api.issuer(), api.audience(), api.algorithm(), new JWKSet(signers).toString(true));
  }
}
