package io.gatehouse.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes signed tokens, good ones by default, that can be told to lie in any place: what the header
 * says and what the signature really is are separate.
 */
public final class TokenBuilder {
  private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
  private JWK key;
  private JWSAlgorithm signedWith = JWSAlgorithm.RS256;
  private UnaryOperator<String> headerJson = UnaryOperator.identity();
  private UnaryOperator<String> claimsJson = UnaryOperator.identity();
  private UnaryOperator<String> compact = UnaryOperator.identity();

  private TokenBuilder(JWK key, String typ) {
    this.key = key;
    header.put("alg", "RS256");
    header.put("typ", typ);
    header.put("kid", key.getKeyID());
  }

  public static TokenBuilder idToken(
      JWK key, String issuer, String clientId, String subject, Instant now) {
    return new TokenBuilder(key, "JWT")
        .claim("iss", issuer)
        .claim("aud", clientId)
        .claim("sub", subject)
        .claim("iat", now.getEpochSecond())
        .claim("exp", now.plus(Duration.ofMinutes(5)).getEpochSecond());
  }

  public static TokenBuilder logoutToken(
      JWK key, String issuer, String clientId, String jwtId, Instant now) {
    return new TokenBuilder(key, "logout+jwt")
        .claim("iss", issuer)
        .claim("aud", clientId)
        .claim("iat", now.getEpochSecond())
        .claim("exp", now.plus(Duration.ofMinutes(2)).getEpochSecond())
        .claim("jti", jwtId)
        .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
  }

  /** An RFC 9068 access token. */
  public static TokenBuilder accessToken(
      JWK key, String issuer, List<String> audience, String subject, Instant now, Duration life) {
    return new TokenBuilder(key, "at+jwt")
        .claim("iss", issuer)
        .claim("aud", audience)
        .claim("sub", subject)
        .claim("iat", now.getEpochSecond())
        .claim("exp", now.plus(life).getEpochSecond());
  }

  public TokenBuilder claim(String name, @Nullable Object value) {
    claims.put(name, value);
    return this;
  }

  public TokenBuilder without(String name) {
    claims.remove(name);
    return this;
  }

  public TokenBuilder header(String name, @Nullable Object value) {
    header.put(name, value);
    return this;
  }

  public TokenBuilder withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /** Signs with this key and says so in the header. */
  public TokenBuilder key(JWK signingKey) {
    header.put("kid", signingKey.getKeyID());
    return secretlySignedBy(signingKey);
  }

  /** Signs with this key and leaves the header as it is. */
  public TokenBuilder secretlySignedBy(JWK signingKey) {
    key = signingKey;
    return this;
  }

  /** Signs with this algorithm and says so in the header. */
  public TokenBuilder algorithm(JWSAlgorithm algorithm) {
    header.put("alg", algorithm.getName());
    signedWith = algorithm;
    return this;
  }

  /** Rewrites the header's JSON before signing. */
  public TokenBuilder headerJson(UnaryOperator<String> rewrite) {
    headerJson = rewrite;
    return this;
  }

  /** Rewrites the claims' JSON before signing. */
  public TokenBuilder claimsJson(UnaryOperator<String> rewrite) {
    claimsJson = rewrite;
    return this;
  }

  /** Rewrites the finished token. */
  public TokenBuilder compact(UnaryOperator<String> rewrite) {
    compact = rewrite;
    return this;
  }

  public Secret build() {
    String signed =
        base64Url(bytes(headerJson.apply(JSONObjectUtils.toJSONString(header))))
            + "."
            + base64Url(bytes(claimsJson.apply(JSONObjectUtils.toJSONString(claims))));
    return Secret.of(compact.apply(signed + "." + signature(signed)));
  }

  private String signature(String signed) {
    try {
      return signer().sign(new JWSHeader(signedWith), bytes(signed)).toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private JWSSigner signer() throws JOSEException {
    if (JWSAlgorithm.Family.HMAC_SHA.contains(signedWith)) {
      // the classic confusion: the public key used as if it were a shared secret
      return new MACSigner(key.toRSAKey().toRSAPublicKey().getEncoded());
    }
    return key instanceof ECKey ec
        ? new ECDSASigner(ec)
        : new RSASSASigner(((RSAKey) key).toPrivateKey(), true);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
