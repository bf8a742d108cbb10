package io.gatehouse.config;

/**
 * Where this application and its server answer by themselves. A route or a page of an operator's
 * would be shadowed there, or would shadow what sign-in needs.
 */
public final class OwnPaths {
  // the last two belong to the server: MicroProfile JWT and OpenAPI bring them along
  private static final String[] OWN = {
    "/auth",
    "/api",
    "/health",
    "/metrics",
    "/openapi",
    "/.well-known/oauth-protected-resource",
    "/jwt",
    "/ibm/api"
  };

  /** Beside the embedded provider of development, which is an application of its own. */
  private static final String[] OF_THE_EMBEDDED_PROVIDER = {"/oidc", "/oauth2"};

  private OwnPaths() {}

  /** Whether {@code path} is one of them or below it. */
  public static boolean cover(String path) {
    return cover(OWN, path);
  }

  static boolean coverBesideEmbeddedProvider(String path) {
    return cover(OF_THE_EMBEDDED_PROVIDER, path);
  }

  private static boolean cover(String[] prefixes, String path) {
    for (String prefix : prefixes) {
      if (path.startsWith(prefix)
          && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/')) {
        return true;
      }
    }
    return false;
  }
}
