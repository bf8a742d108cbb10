package io.gatehouse.config;

import java.net.URI;
import java.util.Set;

/**
 * One authorization server that users may sign in with, and what we are to it.
 *
 * @param id short name in URLs and rows of the store; {@code default} when only one is configured
 * @param name what people read on the chooser page
 * @param issuer exact issuer identifier; metadata must repeat it to the letter (RFC 8414 §3.3)
 */
public record ProviderConfiguration(
    String id, String name, URI issuer, ClientConfiguration client, Set<ProviderQuirk> quirks) {
  public ProviderConfiguration {
    quirks = Set.copyOf(quirks);
  }

  public boolean has(ProviderQuirk quirk) {
    return quirks.contains(quirk);
  }
}
