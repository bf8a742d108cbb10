package io.gatehouse.config;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

/**
 * One grant of the gateway: requests below {@code path} with one of {@code methods} go to {@code
 * target}. What no route grants does not exist (RFC 10017 §6.1).
 *
 * @param path prefix of our own, for example {@code /bff}
 * @param target base address of the protected resource; the rest of the path is appended
 * @param maxBody bytes of a request body
 */
public record RouteConfiguration(
    String id, String path, URI target, Set<String> methods, Duration timeout, long maxBody) {
  public RouteConfiguration {
    methods = Set.copyOf(methods);
  }
}
