package it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.Tokens;
import io.gatehouse.session.UnderWay;
import io.gatehouse.testing.SigningKeys;
import io.gatehouse.testing.TokenBuilder;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.StaticKeySet;
import io.gatehouse.token.ValidatedIdToken;
import io.gatehouse.web.BearerPropagation;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.TokenHolder;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What an application's bean gets by {@code @Inject TokenHolder}, inside the container. */
@ArquillianTest
class TokenHolderIT {
  @Deployment
  static WebArchive gatehouse() {
    return Deployments.gatehouse();
  }

  @Inject TokenHolder holder;
  @Inject SessionStore sessions;
  @Inject AccessTokenSource tokens;
  @Inject IdTokenValidator idTokens;
  @Inject Clock clock;

  @Test
  void without_a_session_there_is_nobody_and_no_token() {
    assertThat(holder.isSignedIn()).isFalse();
    assertThat(holder.subject()).isEmpty();
    assertThat(holder.scopes()).isEmpty();
    assertThatThrownBy(holder::accessToken).isInstanceOf(RequestRefused.class);
  }

  @Test
  void with_a_session_it_knows_who_and_hands_out_their_token() {
    holder.present(new CurrentSession(Optional.of(signedIn("alice")), sessions, tokens));

    assertThat(holder.isSignedIn()).isTrue();
    assertThat(holder.subject()).hasValue("alice");
    assertThat(holder.provider()).hasValue("default");
    assertThat(holder.scopes()).containsExactlyInAnyOrder("openid", "read");
    assertThat(holder.accessToken()).isEqualTo(Secret.of("access-token-of-alice"));
    assertThat(holder).asString().doesNotContain("access-token-of-alice");
  }

  @Test
  void the_end_of_the_session_is_the_end_of_the_token() {
    SessionId id = signedIn("bob");
    sessions.end(id);

    holder.present(new CurrentSession(Optional.of(id), sessions, tokens));

    assertThat(holder.isSignedIn()).isFalse();
    assertThatThrownBy(holder::accessToken).isInstanceOf(RequestRefused.class);
  }

  /** As MicroProfile Rest Client does with what {@code @RegisterProvider} names. */
  @Test
  void a_rest_client_can_make_the_filter_by_itself() {
    holder.present(new CurrentSession(Optional.of(signedIn("dave")), sessions, tokens));
    ClientRequestFilter last =
        new ClientRequestFilter() {
          @Override
          public void filter(ClientRequestContext request) {
            request.abortWith(Response.ok(request.getHeaderString("Authorization")).build());
          }
        };

    try (Client client =
        ClientBuilder.newClient()
            .register(BearerPropagation.class)
            .register(last, Priorities.USER + 1)) {
      assertThat(client.target("https://orders.example/").request().get(String.class))
          .isEqualTo("Bearer access-token-of-dave");
    }
  }

  private SessionId signedIn(String subject) {
    RSAKey key = SigningKeys.rsa("k1");
    Secret idToken =
        TokenBuilder.idToken(key, "https://as.example", "client", subject, clock.instant())
            .claim("nonce", "n")
            .build();
    ValidatedIdToken validated =
        idTokens.validate(
            idToken,
            new IdTokenValidator.Expectation(
                URI.create("https://as.example"),
                "client",
                "RS256",
                new StaticKeySet(new JWKSet(List.of(key.toPublicJWK()))),
                Optional.of("n"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    Tokens granted =
        new Tokens(
            Secret.of("access-token-of-" + subject),
            Optional.of(clock.instant().plus(Duration.ofMinutes(5))),
            Duration.ofMinutes(5),
            Optional.empty(),
            Optional.empty(),
            idToken,
            Optional.empty(),
            Set.of("openid", "read"));
    Instant now = sessions.databaseTime();
    return sessions
        .open(
            new SessionStore.Opening(
                "default",
                validated,
                Map.of(),
                granted,
                new UnderWay(now, now),
                "a test",
                "127.0.0.1"),
            SessionId.random(new SecureRandom()),
            Optional.empty())
        .orElseThrow()
        .id();
  }
}
