package io.gatehouse.authorizationserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.config.ApiConfiguration;
import io.gatehouse.config.BearerRules;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.AccessTokenValidator;
import io.gatehouse.token.AccessTokenValidator.Expectation;
import io.gatehouse.token.AccessTokenValidator.Verified;
import io.gatehouse.token.KeySet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Shows the container the access tokens that its MicroProfile JWT is to accept at {@code /api},
 * each with the keys to check it against, and none of the others.
 *
 * <p>The keys are those of discovery: fetched once, again for a {@code kid} not seen before, and
 * never once per bad token, as the container would. A token that comes again is not verified again
 * by us as long as the issuer's keys are the same; its time and all else is judged each time.
 */
public final class AccessTokenGate {
  private static final int MOST = 2_000;
  private static final Set<String> CERTIFICATES = Set.of("x5u", "x5c", "x5t", "x5t#S256");
  private static final Duration UNUSED = Duration.ofMinutes(1);

  private final ApiConfiguration api;
  private final Supplier<KeySet> keys;
  private final AccessTokenValidator validator;

  /** Only such as were accepted: what is refused takes no room. */
  private final Cache<Secret, Known> known =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(UNUSED).build();

  /**
   * @param keys that may have signed it, as the container reads them (RFC 7517 §5)
   */
  private record Known(Verified verified, String keys) {}

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
    Expectation expected =
        new Expectation(api.issuer(), api.audience(), api.algorithm(), keys.get());
    Known token = known.getIfPresent(accessToken);
    if (token == null || !token.verified().isSignedAs(expected)) {
      token = remember(accessToken, expected);
    } else {
      validator.validate(token.verified(), expected);
    }
    BearerRules.show(api.issuer(), api.audience(), api.algorithm(), token.keys());
  }

  private Known remember(Secret accessToken, Expectation expected) {
    Verified verified = validator.verify(accessToken, expected);
    validator.validate(verified, expected);
    Known token = new Known(verified, shown(verified.signers()));
    known.put(accessToken, token);
    return token;
  }

  /** Without certificates (RFC 7517 §4.6 to §4.9): the container reads all of it each time. */
  private static String shown(List<JWK> signers) {
    List<Object> keys = new ArrayList<>();
    for (JWK signer : signers) {
      Map<String, Object> key = signer.toPublicJWK().toJSONObject();
      key.keySet().removeAll(CERTIFICATES);
      keys.add(key);
    }
    return JSONObjectUtils.toJSONString(Map.of("keys", keys));
  }
}
