package io.gatehouse.session;

import io.gatehouse.store.RefreshState;
import io.gatehouse.token.Authentication;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One signed-in browser, as it was when read. Immutable; {@code generation} counts its tokens.
 *
 * @param handle names the session to its owner without naming the cookie
 * @param subject {@code sub} of the ID token; with {@code provider} the identity of the user
 * @param sid the provider's session (Back-Channel Logout §2.1)
 * @param claims about the user, for display
 * @param idleExpiresAt end, if nobody uses it before
 * @param absoluteExpiresAt end, whatever happens
 * @param accessTokenGeneration the generation that brought its own access token; later ones brought
 *     some for other resources
 * @param resources the oldest first
 * @param userAgent,ip of the browser that signed in, for the owner's list of sessions
 */
public record Session(
    SessionKey key,
    String handle,
    String provider,
    String subject,
    Optional<String> sid,
    Map<String, Object> claims,
    Tokens tokens,
    Instant createdAt,
    Instant lastUsedAt,
    Instant idleExpiresAt,
    Instant absoluteExpiresAt,
    long generation,
    long accessTokenGeneration,
    List<ResourceGrant> resources,
    Renewal renewal,
    String userAgent,
    String ip) {

  /** That of the tokens that the sign-in brought. */
  public static final long FIRST_GENERATION = 0;

  /**
   * How the next refresh stands.
   *
   * @param leaseExpiresAt until when somebody may be at it
   * @param attempts leases taken since the last success
   * @param notBefore back-off: no refresh earlier
   */
  public record Renewal(
      RefreshState state, Instant leaseExpiresAt, int attempts, Instant notBefore) {
    static final Renewal NONE = new Renewal(RefreshState.IDLE, Instant.EPOCH, 0, Instant.EPOCH);
  }

  public Session {
    claims = Map.copyOf(claims);
    resources = List.copyOf(resources);
  }

  static Session begin(
      SessionKey key,
      String handle,
      SessionStore.Opening opening,
      Instant now,
      Duration idle,
      Duration absolute) {
    return new Session(
        key,
        handle,
        opening.provider(),
        opening.idToken().subject(),
        opening.idToken().sid(),
        opening.claims(),
        opening.tokens(),
        now,
        now,
        now.plus(idle),
        now.plus(absolute),
        FIRST_GENERATION,
        FIRST_GENERATION,
        List.of(),
        Renewal.NONE,
        opening.userAgent(),
        opening.ip());
  }

  /**
   * The end that use cannot move: absolute, or that of the refresh token when it comes first. Where
   * there is no refresh token nothing renews the access token, and the session ends with that.
   */
  public Instant expiresAt() {
    Optional<Instant> tokensEndAt =
        tokens.refreshToken().isPresent()
            ? tokens.refreshTokenExpiresAt()
            : tokens.accessTokenExpiresAt();
    return tokensEndAt.filter(end -> end.isBefore(absoluteExpiresAt)).orElse(absoluteExpiresAt);
  }

  /** Its own access token. */
  public AccessToken accessToken() {
    return new AccessToken(
        tokens.accessToken(),
        tokens.accessTokenExpiresAt(),
        tokens.accessTokenLifetime(),
        tokens.scopes(),
        accessTokenGeneration);
  }

  /**
   * @param resource empty: its own, which it always has
   */
  public Optional<AccessToken> accessToken(Optional<URI> resource) {
    return resource.isEmpty()
        ? Optional.of(accessToken())
        : resource.flatMap(this::grant).flatMap(ResourceGrant::token);
  }

  /** What was granted with any of its access tokens. */
  public Set<String> scopes() {
    Set<String> all = new HashSet<>(tokens.scopes());
    resources.forEach(grant -> grant.token().map(AccessToken::scopes).ifPresent(all::addAll));
    return all;
  }

  /** Until when the provider is not asked for a token for this resource, since it gives none. */
  public Instant refusedUntil(Optional<URI> resource) {
    return resource.flatMap(this::grant).map(ResourceGrant::refusedUntil).orElse(Instant.EPOCH);
  }

  private Optional<ResourceGrant> grant(URI resource) {
    return resources.stream().filter(known -> known.resource().equals(resource)).findFirst();
  }

  /**
   * The authentication context class of the user's sign-in (OpenID Connect Core §2): as the latest
   * ID token says, or as the first one said where that is silent (§12.2: it may be).
   */
  public Optional<String> acr() {
    return Authentication.of(tokens.idToken())
        .acr()
        .or(() -> claims.get("acr") instanceof String acr ? Optional.of(acr) : Optional.empty());
  }

  /** When the user last proved who they are ({@code auth_time}); found as {@link #acr()} is. */
  public Optional<Instant> authenticatedAt() {
    return Authentication.of(tokens.idToken())
        .at()
        .or(
            () ->
                claims.get("auth_time") instanceof Number seconds
                    ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                    : Optional.empty());
  }

  /** Whether the session is not over at that instant. */
  public boolean isLiveAt(Instant now) {
    // strictly before: at the instant of its end it is over, as in the store
    return now.isBefore(idleExpiresAt) && now.isBefore(expiresAt());
  }

  Session used(Instant now, Duration idle) {
    return with(tokens, now, now.plus(idle), generation, accessTokenGeneration, resources, renewal);
  }

  /** The same session with new tokens; what it was waiting for is over. */
  public Session renewed(Tokens granted) {
    return next(granted, generation + 1, resources);
  }

  /**
   * The same session after the provider was asked for an access token for one resource; its own
   * stays.
   *
   * @param kept its tokens, with the refresh token that is good from now on
   */
  public Session answered(ResourceGrant grant, Tokens kept, Instant now) {
    return next(kept, accessTokenGeneration, grant.addedTo(resources, now));
  }

  private Session next(Tokens tokens, long accessTokenGeneration, List<ResourceGrant> resources) {
    return with(
        tokens,
        lastUsedAt,
        idleExpiresAt,
        generation + 1,
        accessTokenGeneration,
        resources,
        Renewal.NONE);
  }

  private Session with(
      Tokens tokens,
      Instant lastUsedAt,
      Instant idleExpiresAt,
      long generation,
      long accessTokenGeneration,
      List<ResourceGrant> resources,
      Renewal renewal) {
    return new Session(
        key,
        handle,
        provider,
        subject,
        sid,
        claims,
        tokens,
        createdAt,
        lastUsedAt,
        idleExpiresAt,
        absoluteExpiresAt,
        generation,
        accessTokenGeneration,
        resources,
        renewal,
        userAgent,
        ip);
  }
}
