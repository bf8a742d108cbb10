package io.gatehouse.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.token.SignedToken.Refusal;
import io.gatehouse.token.SignedToken.Types;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an access token may be shown to the container's MicroProfile JWT, which has the
 * last word (RFC 9068 §4). We look first because the container prints what it refuses into its log
 * (rule 16).
 */
public final class AccessTokenValidator {
  private static final Refusal REFUSAL = new Refusal(ErrorId.BEARER_INVALID);
  private static final Types TYPES = new Types(Set.of("jwt", "at+jwt"), Rule.TYPE);

  private final Clock clock;
  private final Duration skew;

  /**
   * @param skew how far the authorization server's clock may be off
   */
  public AccessTokenValidator(Clock clock, Duration skew) {
    this.clock = clock;
    this.skew = skew;
  }

  /** What the token is measured against. */
  public record Expectation(URI issuer, String audience, String algorithm, KeySet keys) {
    public Expectation {
      IdTokenValidator.requireSignatureAlgorithm(algorithm);
    }
  }

  /**
   * A token with a good signature. That and what it says never change; whether it may be accepted
   * does.
   */
  public static final class Verified {
    private final JWSHeader header;
    private final List<JWK> signers;
    private final Claims claims;

    private Verified(JWSHeader header, List<JWK> signers, Claims claims) {
      this.header = header;
      this.signers = signers;
      this.claims = claims;
    }

    /** The keys that the token says it is signed with; one of them verified. */
    public List<JWK> signers() {
      return signers;
    }

    /** Whether the issuer still signs such tokens, with the keys it had then. */
    public boolean isSignedAs(Expectation expected) {
      return header.getAlgorithm().getName().equals(expected.algorithm())
          && expected.keys().keys(header).equals(signers);
    }
  }

  /** Judges what costs most, and holds as long as {@link Verified#isSignedAs} does. */
  public Verified verify(Secret accessToken, Expectation expected) throws TokenRefused {
    Asked asked = new Asked(expected.keys());
    Claims claims =
        SignedToken.verify(accessToken.reveal(), TYPES, expected.algorithm(), asked, REFUSAL);
    return new Verified(asked.header(), asked.found(), claims);
  }

  /** Judges all else: who it is from and for, and whether its time is now. */
  public void validate(Verified token, Expectation expected) throws TokenRefused {
    Claims claims = token.claims;
    Instant now = clock.instant();
    claims.requireIssuer(expected.issuer());
    claims.requireAudienceNamed(expected.audience());
    claims.requireNotExpired(now, skew);
    claims.requireReached(now, skew);
    // RFC 7519 §4.1.6: optional outside of RFC 9068
    if (claims.all().containsKey("iat")) {
      claims.requireIssuedAt(now, skew);
    }
    REFUSAL.unless(claims.printable("sub", Rule.SUBJECT).isPresent(), Rule.SUBJECT);
    REFUSAL.unless(!claims.isLogoutToken(), Rule.PURPOSE);
  }

  /** Keys that change under way; a signature is good for those that it was checked with. */
  private static final class Asked implements KeySet {
    private final KeySet keys;
    private @Nullable JWSHeader header;
    private List<JWK> found = List.of();

    Asked(KeySet keys) {
      this.keys = keys;
    }

    @Override
    public List<JWK> keys(JWSHeader asked) {
      header = asked;
      found = keys.keys(asked);
      return found;
    }

    @Override
    public JWKSet jwkSet() {
      return keys.jwkSet();
    }

    JWSHeader header() {
      return Objects.requireNonNull(header, "whoever verifies asks for keys");
    }

    List<JWK> found() {
      return found;
    }
  }
}
