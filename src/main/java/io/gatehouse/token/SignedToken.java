package io.gatehouse.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.ErrorId;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part that ID tokens and logout tokens share: a JWS in compact form (RFC 7515 §7.1), signed
 * with the one algorithm expected by a key of the issuer. Its claims are believed to come from
 * there, and are not judged yet.
 */
final class SignedToken {
  private static final int MAX_LENGTH = 64 * 1024;
  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_TRIED_KEYS = 10;
  private static final Pattern COMPACT =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
  private static final Pattern UNSIGNED = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.");
  private static final Set<String> KEYS_IN_HEADER = Set.of("jku", "jwk", "x5u", "x5c");

  private final String compact;
  private final Refusal refusal;

  private SignedToken(String compact, Refusal refusal) {
    this.compact = compact;
    this.refusal = refusal;
  }

  /** Throws the refusal of one kind of token. */
  record Refusal(ErrorId id) {
    TokenRefused of(Rule rule) {
      return new TokenRefused(id, rule);
    }

    void unless(boolean holds, Rule rule) {
      if (!holds) {
        throw of(rule);
      }
    }
  }

  /** The values of header {@code typ} that say this is what we take it for, and their rule. */
  record Types(Set<String> accepted, Rule rule) {}

  /** The claims of a token whose signature verifies. */
  static Claims verify(
      String compact, Types types, String algorithm, KeySet keys, Refusal refusal) {
    SignedToken token = new SignedToken(compact, refusal);
    token.requireCompactForm();
    token.requireHeader(types, algorithm);
    Map<String, Object> claims = token.json(1);
    token.requireSignature(keys);
    return new Claims(claims, refusal);
  }

  /** The claims of a token that nobody checked, or that was checked long ago. */
  static Claims readUnverified(String compact, Refusal refusal) {
    SignedToken token = new SignedToken(compact, refusal);
    token.requireCompactForm();
    return new Claims(token.json(1), refusal);
  }

  private void requireCompactForm() {
    refusal.unless(compact.length() <= MAX_LENGTH, Rule.COMPACT_FORM);
    refusal.unless(compact.chars().filter(c -> c == '.').count() != 4, Rule.NOT_ENCRYPTED);
    refusal.unless(!UNSIGNED.matcher(compact).matches(), Rule.NO_SHARED_KEY);
    refusal.unless(COMPACT.matcher(compact).matches(), Rule.COMPACT_FORM);
  }

  private Map<String, Object> json(int part) {
    try {
      byte[] json = Base64.getUrlDecoder().decode(compact.split("\\.", -1)[part]);
      return StrictJson.object(json).orElseThrow(() -> refusal.of(Rule.STRICT_JSON));
    } catch (IllegalArgumentException notBase64Url) {
      throw refusal.of(Rule.COMPACT_FORM);
    }
  }

  private void requireHeader(Types types, String algorithm) {
    Map<String, Object> header = json(0);
    refusal.unless(!header.containsKey("crit"), Rule.NO_CRITICAL_HEADER);
    refusal.unless(KEYS_IN_HEADER.stream().noneMatch(header::containsKey), Rule.NO_KEY_IN_HEADER);
    refusal.unless(isOneOf(types, header.get("typ")), types.rule());
    Object alg = header.getOrDefault("alg", "none");
    refusal.unless(!alg.equals("none") && !alg.toString().startsWith("HS"), Rule.NO_SHARED_KEY);
    refusal.unless(alg.equals(algorithm), Rule.ALGORITHM);
  }

  private static boolean isOneOf(Types types, @Nullable Object typ) {
    if (typ == null) {
      return true;
    }
    // RFC 7515 §4.1.9: a media type, so any case and with or without its "application/"
    String type = typ.toString().toLowerCase(Locale.ROOT);
    return types.accepted().contains(type.startsWith("application/") ? type.substring(12) : type);
  }

  private void requireSignature(KeySet keys) {
    try {
      JWSObject jws = JWSObject.parse(compact);
      List<JWK> candidates = keys.keys(jws.getHeader());
      refusal.unless(!candidates.isEmpty(), Rule.KEY_KNOWN);
      List<JWK> strong = candidates.stream().filter(SignedToken::isStrong).toList();
      refusal.unless(!strong.isEmpty(), Rule.KEY_STRONG);
      refusal.unless(
          strong.stream().limit(MAX_TRIED_KEYS).anyMatch(key -> isSignedBy(jws, key)),
          Rule.SIGNATURE);
    } catch (ParseException malformed) {
      throw refusal.of(Rule.COMPACT_FORM);
    }
  }

  private static boolean isStrong(JWK key) {
    return !(key instanceof RSAKey) || key.size() >= MIN_RSA_BITS;
  }

  private static boolean isSignedBy(JWSObject jws, JWK key) {
    try {
      JWSHeader header = jws.getHeader();
      return JWSAlgorithm.Family.RSA.contains(header.getAlgorithm())
          ? jws.verify(new RSASSAVerifier((RSAKey) key))
          : jws.verify(new ECDSAVerifier((ECKey) key));
    } catch (JOSEException unusableKey) {
      return false;
    }
  }
}
