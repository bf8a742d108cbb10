package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Revocation (RFC 7009) and the logout request (RP-Initiated Logout §2). */
class SignOutTest {
  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final RevocationEndpoint revocation = new RevocationEndpoint(backChannel);

  @AfterEach
  void stop() {
    backChannel.close();
    fake.close();
  }

  @Test
  void revocation_sends_token_and_hint_with_client_authentication() {
    boolean done =
        revocation.revoke(
            Setup.provider(fake), Secret.of("rt-1"), RevocationEndpoint.REFRESH_TOKEN);

    assertThat(done).isTrue();
    assertThat(fake.last(Endpoint.REVOKE).parameters())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("token", List.of("rt-1"), "token_type_hint", List.of("refresh_token")));
    assertThat(fake.last(Endpoint.REVOKE).header("Authorization")).hasSize(1);
  }

  @Test
  void revocation_that_fails_only_says_so() {
    for (Mischief mischief : List.of(Mischief.status(503), Mischief.die(), Mischief.status(400))) {
      fake.next(Endpoint.REVOKE, mischief);
      assertThat(
              revocation.revoke(
                  Setup.provider(fake), Secret.of("at"), RevocationEndpoint.ACCESS_TOKEN))
          .isFalse();
    }
  }

  @Test
  void revocation_waits_three_seconds_at_most() {
    fake.next(Endpoint.REVOKE, Mischief.hang());

    long start = System.nanoTime();
    revocation.revoke(Setup.provider(fake), Secret.of("at"), RevocationEndpoint.ACCESS_TOKEN);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Setup.SOON);
  }

  @Test
  void the_logout_request_names_session_client_and_way_back() {
    URI address =
        EndSession.of(
                Setup.provider(fake),
                Optional.of(Secret.of("eyJ.id.token")),
                Optional.empty(),
                URI.create("https://localhost:9443/auth/logged-out"),
                "s&t=1")
            .orElseThrow();

    assertThat(address.toString())
        .isEqualTo(
            fake.address(Endpoint.END_SESSION)
                + "?id_token_hint=eyJ.id.token&client_id=gatehouse"
                + "&post_logout_redirect_uri=https%3A%2F%2Flocalhost%3A9443%2Fauth%2Flogged-out"
                + "&state=s%26t%3D1");
  }

  @Test
  void without_the_id_token_a_logout_hint_may_tell_who() {
    URI address =
        EndSession.of(
                Setup.provider(fake),
                Optional.empty(),
                Optional.of("alice"),
                Setup.REDIRECT_URI,
                "s")
            .orElseThrow();

    assertThat(address.getQuery()).startsWith("logout_hint=alice&client_id=gatehouse&");
    assertThat(address.getQuery()).doesNotContain("id_token_hint");
  }

  @Test
  void a_query_of_the_endpoint_itself_is_kept() {
    Provider provider =
        Setup.provider(
            Setup.configuration(
                fake.issuer(), Setup.client(AuthMethod.CLIENT_SECRET_BASIC, List.of())));
    ProviderMetadata plain = provider.metadata();
    ProviderMetadata withQuery =
        new ProviderMetadata(
            plain.issuer(),
            plain.authorizationEndpoint(),
            plain.tokenEndpoint(),
            plain.jwksUri(),
            plain.userinfoEndpoint(),
            plain.revocationEndpoint(),
            Optional.of(URI.create("https://as.example/logout?p=policy")),
            false);

    assertThat(
            EndSession.of(
                    new Provider(provider.configuration(), withQuery, provider.keys()),
                    Optional.empty(),
                    Optional.empty(),
                    Setup.REDIRECT_URI,
                    "s")
                .orElseThrow()
                .toString())
        .startsWith("https://as.example/logout?p=policy&client_id=gatehouse&");
  }
}
