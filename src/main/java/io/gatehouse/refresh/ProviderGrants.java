package io.gatehouse.refresh;

import static java.time.temporal.ChronoUnit.MILLIS;

import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.authorizationserver.RefreshFence;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.authorizationserver.TokenEndpoint;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.ResourceGrant;
import io.gatehouse.session.Session;
import io.gatehouse.session.Tokens;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.IdTokenValidator.Previous;
import io.gatehouse.token.Rule;
import io.gatehouse.token.TokenRefused;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Refreshes at the authorization server that a session came from. */
public final class ProviderGrants implements RefreshGrants {
  private final GatehouseConfiguration configuration;
  private final Discovery discovery;
  private final TokenEndpoint tokenEndpoint;
  private final Revocation revocation;
  private final IdTokenValidator idTokens;
  private final Clock clock;

  public ProviderGrants(
      GatehouseConfiguration configuration,
      Discovery discovery,
      TokenEndpoint tokenEndpoint,
      Revocation revocation,
      IdTokenValidator idTokens,
      Clock clock) {
    this.configuration = configuration;
    this.discovery = discovery;
    this.tokenEndpoint = tokenEndpoint;
    this.revocation = revocation;
    this.idTokens = idTokens;
    this.clock = clock;
  }

  @Override
  public Optional<RefreshGrant> of(Session session, Optional<URI> resource) {
    return configuration
        .provider(session.provider())
        .map(known -> new Grant(discovery.provider(known), session, resource));
  }

  private final class Grant implements RefreshGrant {
    private final Provider provider;
    private final Session seen;
    private final Tokens old;
    private final Optional<URI> resource;

    /** Lifetimes count from when the answer was made (RFC 6749 §5.1): never earlier than this. */
    private final Instant askedAt = clock.instant().truncatedTo(MILLIS);

    Grant(Provider provider, Session seen, Optional<URI> resource) {
      this.provider = provider;
      this.seen = seen;
      this.old = seen.tokens();
      this.resource = resource;
    }

    @Override
    public RefreshAnswer send(RefreshFence fence) {
      Secret refreshToken =
          old.refreshToken()
              .orElseThrow(() -> new IllegalStateException("refreshed without a refresh token"));
      return tokenEndpoint.refresh(provider, refreshToken, resource, old.codeVerifier(), fence);
    }

    @Override
    public Session accept(TokenAnswer answer) {
      Instant expiresAt = askedAt.plus(answer.expiresIn());
      if (resource.isEmpty()) {
        return seen.renewed(
            tokens(
                answer,
                answer.accessToken(),
                Optional.of(expiresAt),
                answer.expiresIn(),
                answer.scopesOr(old.scopes())));
      }
      AccessToken granted =
          new AccessToken(
              answer.accessToken(),
              Optional.of(expiresAt),
              answer.expiresIn(),
              answer.scopesOr(old.scopes()),
              seen.generation() + 1);
      Tokens kept =
          tokens(
              answer,
              old.accessToken(),
              old.accessTokenExpiresAt(),
              old.accessTokenLifetime(),
              old.scopes());
      return seen.answered(
          new ResourceGrant(resource.get(), Optional.of(granted), Instant.EPOCH), kept, askedAt);
    }

    /** With what comes beside an access token, whatever that is for. */
    private Tokens tokens(
        TokenAnswer answer,
        Secret accessToken,
        Optional<Instant> expiresAt,
        Duration lifetime,
        Set<String> scopes) {
      return new Tokens(
          accessToken,
          expiresAt,
          lifetime,
          // a provider that does not rotate sends none: the old one stays good (RFC 6749 §6)
          answer.refreshToken().or(old::refreshToken),
          refreshTokenExpiresAt(answer),
          idToken(answer),
          old.codeVerifier(),
          scopes);
    }

    private Optional<Instant> refreshTokenExpiresAt(TokenAnswer answer) {
      boolean rotated =
          answer.refreshToken().isPresent() && !answer.refreshToken().equals(old.refreshToken());
      return answer.refreshExpiresIn().isPresent() || rotated
          ? Optional.of(
              askedAt.plus(
                  answer.refreshExpiresIn().orElse(configuration.refresh().refreshTokenLifetime())))
          : old.refreshTokenExpiresAt();
    }

    private Secret idToken(TokenAnswer answer) {
      if (answer.idToken().isEmpty()) {
        return old.idToken();
      }
      Secret idToken = answer.idToken().get();
      Previous previous = Previous.of(old.idToken());
      try {
        idTokens.validate(idToken, provider.atRefresh(old.idToken(), answer.accessToken()));
        return idToken;
      } catch (TokenRefused refused) {
        // The provider rotated its keys and we may not fetch them just now. That is no verdict on
        // the token: it is not taken over, but the tokens beside it came over TLS and are good.
        if (refused.rule() == Rule.KEY_KNOWN && isOfTheSameUser(idToken, previous)) {
          return old.idToken();
        }
        throw refused;
      }
    }

    private boolean isOfTheSameUser(Secret idToken, Previous previous) {
      Previous claimed = Previous.of(idToken);
      return claimed.issuer().equals(previous.issuer())
          && claimed.subject().equals(previous.subject());
    }

    @Override
    public void revoke(Session renewed) {
      revocation.revoke(
          provider.configuration(),
          seen.handle(),
          renewed.accessToken(resource).orElseThrow().value(),
          renewed.tokens().refreshToken());
    }
  }
}
