package io.gatehouse.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the fake has granted: codes, and families of tokens that live and die together. */
final class Grants {
  private final Map<String, Family> byCode = new HashMap<>();
  private final Map<String, Family> byRefreshToken = new HashMap<>();
  private final Map<String, Family> byAccessToken = new HashMap<>();
  private final Map<String, Instant> expiryOfAccessToken = new HashMap<>();
  private final Set<String> spent = new HashSet<>();
  private final Set<String> forgiven = new HashSet<>();
  private final List<String> reusedBy = new ArrayList<>();

  /** One authorization and everything issued from it. */
  static final class Family {
    final String subject;
    final String sid = UUID.randomUUID().toString();
    final String clientId;
    final String redirectUri;
    final String challenge;
    final @Nullable String nonce;
    final List<String> scopes;
    final List<String> resources;
    final @Nullable String acr;
    final Instant authTime;
    boolean revoked;

    Family(
        String subject,
        String clientId,
        String redirectUri,
        String challenge,
        @Nullable String nonce,
        List<String> scopes,
        List<String> resources,
        @Nullable String acr,
        Instant authTime) {
      this.subject = subject;
      this.clientId = clientId;
      this.redirectUri = redirectUri;
      this.challenge = challenge;
      this.nonce = nonce;
      this.scopes = scopes;
      this.resources = resources;
      this.acr = acr;
      this.authTime = authTime;
    }
  }

  synchronized String code(Family family) {
    String code = UUID.randomUUID().toString();
    byCode.put(code, family);
    return code;
  }

  /** The family of a code that is used for the first time; a second use revokes it. */
  synchronized Optional<Family> redeemCode(String code) {
    return redeem(byCode, code);
  }

  /** The family of a refresh token that was not rotated away; reuse revokes it. */
  synchronized Optional<Family> useRefreshToken(String token, boolean rotate) {
    if (rotate) {
      return redeem(byRefreshToken, token);
    }
    return Optional.ofNullable(byRefreshToken.get(token)).filter(family -> !family.revoked);
  }

  private Optional<Family> redeem(Map<String, Family> issued, String key) {
    Family family = issued.get(key);
    if (family == null) {
      return Optional.empty();
    }
    boolean isForgiven = issued == byRefreshToken && forgiven.contains(family.subject);
    if (!spent.add(key) && !isForgiven) {
      family.revoked = true;
      reusedBy.add(family.subject);
    }
    return family.revoked ? Optional.empty() : Optional.of(family);
  }

  /** RFC 8707 §2.2: no resource that the authorization request did not name. */
  synchronized boolean covers(String refreshToken, List<String> resources) {
    Family family = byRefreshToken.get(refreshToken);
    return family == null || family.resources.containsAll(resources);
  }

  synchronized String refreshToken(Family family) {
    String token = "rt-" + UUID.randomUUID();
    byRefreshToken.put(token, family);
    return token;
  }

  synchronized void accessToken(String token, Family family, Instant expiresAt) {
    byAccessToken.put(token, family);
    expiryOfAccessToken.put(token, expiresAt);
  }

  synchronized boolean isExpired(String accessToken, Instant now) {
    return !now.isBefore(expiryOfAccessToken.getOrDefault(accessToken, Instant.MIN));
  }

  synchronized void forgive(String subject) {
    forgiven.add(subject);
  }

  synchronized Optional<String> subjectOf(@Nullable String refreshToken) {
    return Optional.ofNullable(byRefreshToken.get(refreshToken)).map(family -> family.subject);
  }

  synchronized Optional<Family> ofAccessToken(String token) {
    return Optional.ofNullable(byAccessToken.get(token)).filter(family -> !family.revoked);
  }

  /** RFC 7009: a refresh token takes its family along, an access token goes alone. */
  synchronized void revoke(String token) {
    Family family = byRefreshToken.get(token);
    if (family != null) {
      family.revoked = true;
    }
    byAccessToken.remove(token);
  }

  synchronized void revokeEverything() {
    byRefreshToken.values().forEach(family -> family.revoked = true);
  }

  synchronized int reuses() {
    return reusedBy.size();
  }

  synchronized long reuses(String subject) {
    return reusedBy.stream().filter(subject::equals).count();
  }

  synchronized List<String> liveRefreshTokens() {
    List<String> live = new ArrayList<>();
    byRefreshToken.forEach(
        (token, family) -> {
          if (!family.revoked && !spent.contains(token)) {
            live.add(token);
          }
        });
    return live;
  }
}
