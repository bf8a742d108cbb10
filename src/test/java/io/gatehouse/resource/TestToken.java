package io.gatehouse.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** An access token as the container hands it over after verifying it. */
record TestToken(Map<String, Object> claims) implements JsonWebToken {
  static final String RAW = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln";

  static TestToken ofAlice() {
    return new TestToken(
        Map.of(
            "raw_token",
            RAW,
            "iss",
            "https://as.example",
            "sub",
            "alice",
            "aud",
            Set.of("https://gatehouse.example/api"),
            "exp",
            1_800_000_000L,
            "scope",
            "openid read write"));
  }

  TestToken with(String claim, Object value) {
    Map<String, Object> changed = new HashMap<>(claims);
    changed.put(claim, value);
    return new TestToken(changed);
  }

  TestToken without(String claim) {
    Map<String, Object> changed = new HashMap<>(claims);
    changed.remove(claim);
    return new TestToken(changed);
  }

  @Override
  public String getName() {
    return String.valueOf(claims.get("sub"));
  }

  @Override
  public Set<String> getClaimNames() {
    return claims.keySet();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T getClaim(String claimName) {
    return (T) claims.get(claimName);
  }
}
