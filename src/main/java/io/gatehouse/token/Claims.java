package io.gatehouse.token;

import io.gatehouse.token.SignedToken.Refusal;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The claims of one token, and the rules that ID tokens and logout tokens share. */
record Claims(Map<String, Object> all, Refusal refusal) {
  private static final Pattern PRINTABLE = Pattern.compile("[!-~](?:[ -~]{0,253}[!-~])?");
  private static final BigDecimal LATEST = BigDecimal.valueOf(253_402_300_799L); // year 9999

  void requireIssuer(URI issuer) {
    // to the letter: no normalising of case, port or trailing slash
    refusal.unless(issuer.toString().equals(all.get("iss")), Rule.ISSUER);
  }

  void requireAudience(String clientId) {
    requireAudienceNamed(clientId);
    refusal.unless(audiences().stream().allMatch(clientId::equals), Rule.AUDIENCE_TRUSTED);
  }

  void requireAudienceNamed(String audience) {
    refusal.unless(audiences().contains(audience), Rule.AUDIENCE);
  }

  private List<?> audiences() {
    Object audience = all.get("aud");
    return audience instanceof List<?> several ? several : listOfOne(audience);
  }

  private static List<?> listOfOne(@Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }

  void requireAuthorizedParty(String clientId) {
    refusal.unless(
        !all.containsKey("azp") || clientId.equals(all.get("azp")), Rule.AUTHORIZED_PARTY);
  }

  Instant requireNotExpired(Instant now, Duration skew) {
    Instant expiresAt = time("exp", Rule.EXPIRY).orElseThrow(() -> refusal.of(Rule.EXPIRY));
    // the instant of exp itself is too late; the skew moves that instant
    refusal.unless(now.isBefore(expiresAt.plus(skew)), Rule.EXPIRY);
    return expiresAt;
  }

  Instant requireIssuedAt(Instant now, Duration skew) {
    Instant issuedAt = time("iat", Rule.ISSUED_AT).orElseThrow(() -> refusal.of(Rule.ISSUED_AT));
    // a clock ahead of ours by exactly the skew still passes
    refusal.unless(!issuedAt.isAfter(now.plus(skew)), Rule.ISSUED_AT);
    return issuedAt;
  }

  void requireReached(Instant now, Duration skew) {
    // like iat: exactly the skew ahead still passes
    refusal.unless(
        time("nbf", Rule.NOT_BEFORE).map(at -> !at.isAfter(now.plus(skew))).orElse(true),
        Rule.NOT_BEFORE);
  }

  /** A claim that is absent, or a printable ASCII string of 1 to 255 characters. */
  Optional<String> printable(String name, Rule rule) {
    Object value = all.get(name);
    refusal.unless(
        value == null || value instanceof String text && PRINTABLE.matcher(text).matches(), rule);
    return Optional.ofNullable((String) value);
  }

  /** A claim that is absent, or a NumericDate (RFC 7519 §2) before the year 10000. */
  Optional<Instant> time(String name, Rule rule) {
    Object value = all.get(name);
    if (value == null) {
      return Optional.empty();
    }
    BigDecimal seconds =
        value instanceof Long whole
            ? BigDecimal.valueOf(whole)
            : value instanceof BigDecimal exact ? exact : LATEST.add(BigDecimal.ONE);
    refusal.unless(seconds.signum() >= 0 && seconds.compareTo(LATEST) <= 0, rule);
    return Optional.of(Instant.ofEpochSecond(seconds.longValue()));
  }

  boolean isLogoutToken() {
    return all.get("events") instanceof Map<?, ?> events
        && events.containsKey(LogoutTokenValidator.EVENT);
  }
}
