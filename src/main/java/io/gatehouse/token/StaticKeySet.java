package io.gatehouse.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A key set as it is (RFC 7517 §5), and the rule which of its keys fit a header. */
public record StaticKeySet(JWKSet jwkSet) implements KeySet {
  private static final int MAX_KEYS = 100;

  /**
   * Reads a JWK Set. Keys of a kind we do not know, or malformed ones, are left out, so that a
   * provider can add a new kind without locking its users out; only public parts are kept. Empty
   * when no key in it can verify a signature: whatever that is, it is not what the provider signs
   * with.
   */
  public static Optional<StaticKeySet> parse(Map<String, Object> document) {
    if (!(document.get("keys") instanceof List<?> entries) || entries.size() > MAX_KEYS) {
      return Optional.empty();
    }
    List<JWK> keys = new ArrayList<>();
    for (Object entry : entries) {
      publicKey(entry).ifPresent(keys::add);
    }
    return Optional.of(new StaticKeySet(new JWKSet(keys)))
        .filter(set -> keys.stream().anyMatch(StaticKeySet::isForVerifying));
  }

  @SuppressWarnings("unchecked") // names of JSON objects are strings
  private static Optional<JWK> publicKey(Object entry) {
    if (!(entry instanceof Map<?, ?> members)) {
      return Optional.empty();
    }
    try {
      // shared keys have no public part
      return Optional.ofNullable(JWK.parse((Map<String, Object>) members).toPublicJWK());
    } catch (ParseException | IllegalArgumentException | IllegalStateException unusable) {
      return Optional.empty();
    }
  }

  @Override
  public List<JWK> keys(JWSHeader header) {
    List<JWK> fitting =
        jwkSet.getKeys().stream().filter(key -> isFor(key, header.getAlgorithm())).toList();
    if (header.getKeyID() != null) {
      return fitting.stream().filter(key -> header.getKeyID().equals(key.getKeyID())).toList();
    }
    // without a kid any of several could be meant: then none is
    return fitting.size() == 1 ? fitting : List.of();
  }

  private static boolean isFor(JWK key, JWSAlgorithm algorithm) {
    return isForVerifying(key)
        && isOfKind(key, algorithm)
        && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm));
  }

  private static boolean isForVerifying(JWK key) {
    return (key instanceof RSAKey || key instanceof ECKey)
        && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
        && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
  }

  private static boolean isOfKind(JWK key, JWSAlgorithm algorithm) {
    return JWSAlgorithm.Family.RSA.contains(algorithm)
        ? key instanceof RSAKey
        : key instanceof ECKey ec && Curve.forJWSAlgorithm(algorithm).contains(ec.getCurve());
  }
}
