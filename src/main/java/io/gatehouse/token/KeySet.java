package io.gatehouse.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.List;

/** The public keys an issuer signs with (RFC 7517 §5). */
public interface KeySet {
  /**
   * The keys that may have made a signature with this header: those of its {@code kid}, or the only
   * one that fits when it has none. Empty when there is no such key.
   */
  List<JWK> keys(JWSHeader header);

  /** All keys at hand, public parts only. */
  JWKSet jwkSet();
}
