package io.gatehouse.config;

import io.gatehouse.oauth.Secret;
import java.util.List;

/**
 * The keys all else is derived from, newest first: the first seals, all open. Each is base64 of at
 * least 32 bytes.
 */
public record ServerSecrets(List<Secret> newestFirst) {
  public ServerSecrets {
    newestFirst = List.copyOf(newestFirst);
    if (newestFirst.isEmpty()) {
      throw new IllegalArgumentException("at least one secret");
    }
  }
}
