package io.gatehouse.config;

/**
 * A known departure of a real provider from its specification, switched on by name. See {@code
 * docs/providers.md}.
 */
public enum ProviderQuirk {
  /**
   * Wants the PKCE verifier again at refresh (Open Liberty's own provider, OpenLiberty issue
   * 34642).
   */
  REFRESH_NEEDS_CODE_VERIFIER("refresh-needs-code-verifier");

  private final String key;

  ProviderQuirk(String key) {
    this.key = key;
  }

  /** The name used in configuration. */
  public String key() {
    return key;
  }
}
