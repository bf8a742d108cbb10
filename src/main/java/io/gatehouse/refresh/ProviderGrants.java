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
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.session.Session;
import io.gatehouse.session.Tokens;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.IdTokenValidator.Expectation;
import io.gatehouse.token.IdTokenValidator.Previous;
import io.gatehouse.token.Rule;
import io.gatehouse.token.TokenRefused;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

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
  public Optional<RefreshGrant> of(Session session) {
    return configuration
        .provider(session.provider())
        .map(known -> new Grant(discovery.provider(known), session));
  }

  private final class Grant implements RefreshGrant {
    private final Provider provider;
    private final String handle;
    private final Tokens old;

    /** Lifetimes count from when the answer was made (RFC 6749 §5.1): never earlier than this. */
    private final Instant askedAt = clock.instant().truncatedTo(MILLIS);

    Grant(Provider provider, Session session) {
      this.provider = provider;
      this.handle = session.handle();
      this.old = session.tokens();
    }

    @Override
    public RefreshAnswer send(RefreshFence fence) {
      Secret refreshToken =
          old.refreshToken()
              .orElseThrow(() -> new IllegalStateException("refreshed without a refresh token"));
      return tokenEndpoint.refresh(provider, refreshToken, old.codeVerifier(), fence);
    }

    @Override
    public Tokens accept(TokenAnswer answer) {
      return new Tokens(
          answer.accessToken(),
          Optional.of(askedAt.plus(answer.expiresIn())),
          answer.expiresIn(),
          // a provider that does not rotate sends none: the old one stays good (RFC 6749 §6)
          answer.refreshToken().or(old::refreshToken),
          refreshTokenExpiresAt(answer),
          idToken(answer),
          old.codeVerifier(),
          answer.scopesOr(old.scopes()));
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
        idTokens.validate(idToken, expectation(answer, previous));
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

    private Expectation expectation(TokenAnswer answer, Previous previous) {
      ProviderConfiguration known = provider.configuration();
      return new Expectation(
          known.issuer(),
          known.client().clientId(),
          known.client().idTokenSignedResponseAlg(),
          provider.keys(),
          Optional.empty(),
          Optional.of(answer.accessToken()),
          Optional.empty(),
          Optional.empty(),
          Optional.of(previous));
    }

    @Override
    public void revoke(Tokens tokens) {
      revocation.revoke(
          provider.configuration(), handle, tokens.accessToken(), tokens.refreshToken());
    }
  }
}
