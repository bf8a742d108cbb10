package io.gatehouse.config;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One grant of the gateway: requests at {@code host}, at {@code path} or below it, with one of
 * {@code methods}, go to {@code target}. What no route grants does not exist (RFC 10017 §6.1).
 *
 * @param host name that the request must be for, without port; empty: any
 * @param path prefix of our own, for example {@code /bff}; outside of {@code /bff} lies a whole web
 *     application
 * @param methods granted ones; GET brings HEAD along
 * @param target base address of the protected resource; the rest of the path is appended
 */
public record RouteConfiguration(
    String id,
    Optional<String> host,
    String path,
    Set<String> methods,
    URI target,
    Access access,
    Limits limits,
    Crossing crossing) {
  /** How many different ones routes may have: a session keeps a token for each. */
  public static final int MOST_AUDIENCES = 8;

  private static final String CALLS = "/bff";

  public RouteConfiguration {
    methods = withHead(methods);
  }

  /** Whoever may read may ask what there is to read (RFC 9110 §9.3.2). */
  private static Set<String> withHead(Set<String> methods) {
    Set<String> all = new HashSet<>(methods);
    if (all.contains("GET")) {
      all.add("HEAD");
    }
    return Set.copyOf(all);
  }

  /** Whether a path is {@code prefix} or below it; {@code /bff} does not cover /bffx. */
  static boolean isWithin(String path, String prefix) {
    return prefix.equals("/") || path.equals(prefix) || path.startsWith(prefix + "/");
  }

  /** Whether pages live here, which no script asks for: forms and navigations pass as well. */
  public boolean isWebApplication() {
    return !isCall(path);
  }

  /** Whether a path is the gateway's alone, for calls of scripts. */
  public static boolean isCall(String path) {
    return isWithin(path, CALLS);
  }

  /** Which access token goes up. */
  public enum TokenKind {
    USER,
    NONE
  }

  /**
   * Who passes.
   *
   * @param sessionRequired else calls without a session pass too, without a token
   * @param audience resource indicator of the token that goes up (RFC 8707); empty: the session's
   *     own access token
   * @param scopes all of which the session must have been granted
   * @param acrValues one of which the sign-in must have met (RFC 9470); empty: any
   * @param maxAge how long ago the user may have signed in at the provider
   */
  public record Access(
      boolean sessionRequired,
      TokenKind token,
      Optional<URI> audience,
      Set<String> scopes,
      List<String> acrValues,
      Optional<Duration> maxAge) {
    public Access {
      scopes = Set.copyOf(scopes);
      acrValues = List.copyOf(acrValues);
    }
  }

  /**
   * @param timeout from the end of the request until the answer begins
   * @param idleTimeout longest silence while a body goes up or comes down
   * @param maxBody bytes of a request body
   * @param concurrent calls at a time at this node
   * @param concurrentPerSession calls of one session at a time at this node
   */
  public record Limits(
      Duration timeout,
      Duration idleTimeout,
      long maxBody,
      int concurrent,
      int concurrentPerSession) {}

  /**
   * What crosses beyond the usual.
   *
   * @param requestFields names of further request header fields, in lower case
   * @param responseFields names of further response header fields, in lower case
   * @param cookies names of the web application's own cookies, which cross both ways
   * @param caching whether the answer's own caching fields count; else nothing is stored
   * @param webSocket whether a WebSocket may be opened
   */
  public record Crossing(
      Set<String> requestFields,
      Set<String> responseFields,
      Set<String> cookies,
      boolean caching,
      boolean webSocket) {
    public Crossing {
      requestFields = Set.copyOf(requestFields);
      responseFields = Set.copyOf(responseFields);
      cookies = Set.copyOf(cookies);
    }
  }
}
