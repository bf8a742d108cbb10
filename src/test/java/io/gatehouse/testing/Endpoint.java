package io.gatehouse.testing;

import java.util.Arrays;
import java.util.Optional;

/** The endpoints of {@link FakeAuthorizationServer}. */
public enum Endpoint {
  DISCOVERY("/.well-known/openid-configuration"),
  RFC_8414_METADATA("/.well-known/oauth-authorization-server"),
  JWKS("/jwks"),
  AUTHORIZE("/authorize"),
  TOKEN("/token"),
  USERINFO("/userinfo"),
  REVOKE("/revoke"),
  END_SESSION("/end_session");

  private final String path;

  Endpoint(String path) {
    this.path = path;
  }

  public String path() {
    return path;
  }

  static Optional<Endpoint> at(String path) {
    return Arrays.stream(values()).filter(endpoint -> endpoint.path.equals(path)).findFirst();
  }
}
