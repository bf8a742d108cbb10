package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.authorizationserver.RefreshAnswer;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.refresh.RefreshOutcome.TargetRefused;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.RefreshState;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RecordedRequest;
import io.gatehouse.testing.TokenBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session's tokens by a real answer to its refresh token (RFC 6749 §6). */
class ProviderGrantsTest {
  private static final Optional<URI> ORDERS =
      Optional.of(URI.create(FakeAuthorizationServer.RESOURCE));

  private final House house = House.standard();
  private final SessionId id = house.signIn("alice");
  private final Tokens before = stored().tokens();

  ProviderGrantsTest() {
    // a later instant, so that what is counted from now differs from what is kept
    house.database.advance(Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Session stored() {
    return house.sessions.reread(SessionKey.of(id)).orElseThrow();
  }

  private Instant now() {
    return house.database.clock().instant();
  }

  private Tokens refreshed() {
    RefreshOutcome outcome = house.accessTokens.refreshNow(id);
    assertThat(outcome).isInstanceOf(Fresh.class);
    Session session = ((Fresh) outcome).session();
    assertThat(session).isEqualTo(stored());
    return session.tokens();
  }

  private void answerWith(String member, Object value) {
    house.provider.alterTokenAnswer(
        answer -> {
          Map<String, Object> altered = new LinkedHashMap<>(answer);
          altered.put(member, value);
          return altered;
        });
  }

  private void answerWithout(String member) {
    house.provider.alterTokenAnswer(
        answer -> {
          Map<String, Object> altered = new LinkedHashMap<>(answer);
          altered.remove(member);
          return altered;
        });
  }

  // --------------------------------------------------------------- refresh token

  @Test
  void a_rotated_refresh_token_takes_the_place_of_the_old() {
    Tokens after = refreshed();
    assertThat(after.accessToken()).isNotEqualTo(before.accessToken());
    assertThat(house.provider.liveRefreshTokens())
        .containsExactly(after.refreshToken().orElseThrow().reveal());
  }

  @Test
  void the_old_refresh_token_is_kept_with_its_end_when_none_comes() {
    house.provider.rotates(false);
    Tokens after = refreshed();
    assertThat(after.refreshToken()).isEqualTo(before.refreshToken());
    assertThat(after.refreshTokenExpiresAt()).isEqualTo(before.refreshTokenExpiresAt());
    refreshed();
  }

  @Test
  void the_same_refresh_token_sent_back_is_no_new_one_and_lives_no_longer() {
    house.provider.rotates(false);
    answerWith("refresh_token", before.refreshToken().orElseThrow().reveal());
    assertThat(refreshed().refreshTokenExpiresAt()).isEqualTo(before.refreshTokenExpiresAt());
  }

  @Test
  void the_end_of_the_refresh_token_is_as_told_and_the_session_ends_with_it() {
    answerWith("refresh_expires_in", 3600);
    assertThat(refreshed().refreshTokenExpiresAt()).contains(now().plusSeconds(3600));
    assertThat(stored().expiresAt()).isEqualTo(now().plusSeconds(3600));
  }

  @Test
  void the_end_told_for_a_refresh_token_that_stays_counts_too() {
    house.provider.rotates(false);
    answerWith("refresh_expires_in", 3600);
    assertThat(refreshed().refreshTokenExpiresAt()).contains(now().plusSeconds(3600));
  }

  @Test
  void a_rotated_refresh_token_of_which_nothing_is_told_lives_as_configured() {
    assertThat(refreshed().refreshTokenExpiresAt())
        .contains(now().plus(house.configuration.refresh().refreshTokenLifetime()));
  }

  // --------------------------------------------------------------------- lifetimes

  @Test
  void what_an_answer_is_long_in_coming_is_not_added_to_the_life_of_its_tokens() {
    Instant asked = now();
    house.provider.next(
        Endpoint.TOKEN,
        Mischief.alter(
            reply -> {
              house.database.advance(Duration.ofSeconds(5));
              return reply;
            }));
    Tokens after = refreshed();
    assertThat(after.accessTokenExpiresAt()).contains(asked.plus(after.accessTokenLifetime()));
    assertThat(after.refreshTokenExpiresAt())
        .contains(asked.plus(house.configuration.refresh().refreshTokenLifetime()));
  }

  // ---------------------------------------------------------------------- scopes

  @Test
  void scopes_may_shrink() {
    answerWith("scope", "openid");
    assertThat(refreshed().scopes()).containsExactly("openid");
  }

  @Test
  void scopes_left_out_are_as_before() {
    answerWithout("scope");
    assertThat(refreshed().scopes()).isEqualTo(before.scopes());
  }

  // -------------------------------------------------------------------- ID token

  @Test
  void an_id_token_that_comes_along_takes_the_place_of_the_old() {
    house.provider.sendsIdTokenAtRefresh(true);
    assertThat(refreshed().idToken()).isNotEqualTo(before.idToken());
  }

  @Test
  void without_an_id_token_the_old_one_is_kept() {
    house.provider.sendsIdTokenAtRefresh(false);
    assertThat(refreshed().idToken()).isEqualTo(before.idToken());
  }

  @Test
  void tokens_beside_an_id_token_of_somebody_else_are_not_taken_and_the_session_stays() {
    assertNotTaken(token -> token.claim("sub", "mallory"));
  }

  @Test
  void tokens_beside_an_id_token_for_another_client_are_not_taken_and_the_session_stays() {
    assertNotTaken(token -> token.claim("aud", "somebody-else"));
  }

  private void assertNotTaken(UnaryOperator<TokenBuilder> alteration) {
    house.provider.sendsIdTokenAtRefresh(true);
    house.provider.alterIdToken(alteration);
    assertThat(house.accessTokens.refreshNow(id)).isInstanceOf(Unavailable.class);
    assertThat(stored().tokens()).isEqualTo(before);
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
    // the old access token goes on serving
    assertThat(house.accessTokens.current(id)).isInstanceOf(Fresh.class);
  }

  @Test
  void an_id_token_of_a_key_not_fetched_yet_costs_nobody_the_tokens_beside_it() {
    house.provider.sendsIdTokenAtRefresh(true);
    signWithAKeyThatCannotBeFetchedNow();
    Tokens after = refreshed();
    assertThat(after.accessToken()).isNotEqualTo(before.accessToken());
    assertThat(after.idToken()).isEqualTo(before.idToken());
  }

  @Test
  void an_unknown_key_is_no_way_in_for_somebody_else() {
    signWithAKeyThatCannotBeFetchedNow();
    assertNotTaken(token -> token.claim("sub", "mallory"));
  }

  private void signWithAKeyThatCannotBeFetchedNow() {
    house.provider.replaceKeys();
    house.provider.always(Endpoint.JWKS, Mischief.status(500));
  }

  // ------------------------------------------------------------------- elsewhere

  @Test
  void what_is_granted_too_late_is_revoked_at_the_provider() {
    Secret granted = Secret.of("rt-too-late");
    Session session = stored();
    RefreshGrant grant = grants().of(session, Optional.empty()).orElseThrow();
    grant.revoke(
        session.renewed(
            new Tokens(
                Secret.of("at-too-late"),
                Optional.of(now().plusSeconds(60)),
                Duration.ofSeconds(60),
                Optional.of(granted),
                Optional.of(now().plusSeconds(60)),
                before.idToken(),
                Optional.empty(),
                before.scopes())));
    assertThat(house.provider.requests(Endpoint.REVOKE))
        .extracting(request -> request.parameter("token"))
        .contains(granted.reveal());
  }

  @Test
  void of_what_was_granted_too_late_for_a_resource_that_very_token_is_revoked() {
    Session session = stored();
    RefreshGrant grant = grants().of(session, ORDERS).orElseThrow();
    RefreshAnswer.Granted answer = (RefreshAnswer.Granted) grant.send(() -> true);
    grant.revoke(grant.accept(answer.answer()));
    assertThat(house.provider.requests(Endpoint.REVOKE))
        .extracting(request -> request.parameter("token"))
        .contains(answer.answer().accessToken().reveal())
        .doesNotContain(before.accessToken().reveal());
  }

  // ------------------------------------------------------- for one resource

  private AccessToken forOrders(RefreshOutcome outcome) {
    assertThat(outcome).isInstanceOf(Fresh.class);
    return ((Fresh) outcome).session().accessToken(ORDERS).orElseThrow();
  }

  @Test
  void a_token_for_a_resource_is_asked_for_by_its_indicator_alone_and_the_own_one_stays()
      throws Exception {
    AccessToken token = forOrders(house.accessTokens.current(id, ORDERS));

    RecordedRequest asked = house.provider.last(Endpoint.TOKEN);
    assertThat(asked.parameters())
        .containsOnlyKeys("grant_type", "refresh_token", "resource")
        .containsEntry("resource", List.of("https://orders.example/"));
    assertThat(SignedJWT.parse(token.value().reveal()).getJWTClaimsSet().getAudience())
        .containsExactly("https://orders.example/");
    assertThat(token.expiresAt()).contains(now().plus(token.lifetime()));
    assertThat(token.generation()).as("what to name when it is refused").isEqualTo(1);
    assertThat(stored().generation()).isEqualTo(1);
    Tokens after = stored().tokens();
    assertThat(after.accessToken()).isEqualTo(before.accessToken());
    assertThat(after.accessTokenExpiresAt()).isEqualTo(before.accessTokenExpiresAt());
    assertThat(after.scopes()).isEqualTo(before.scopes());
    assertThat(house.provider.liveRefreshTokens())
        .containsExactly(after.refreshToken().orElseThrow().reveal());
  }

  @Test
  void a_refresh_token_that_does_not_rotate_stays_when_a_resource_is_asked_for() {
    house.provider.rotates(false);
    forOrders(house.accessTokens.current(id, ORDERS));
    assertThat(stored().tokens().refreshToken()).isEqualTo(before.refreshToken());
    assertThat(stored().tokens().refreshTokenExpiresAt()).isEqualTo(before.refreshTokenExpiresAt());
  }

  @Test
  void fewer_scopes_for_a_resource_are_its_own_affair() {
    answerWith("scope", "orders");
    assertThat(forOrders(house.accessTokens.current(id, ORDERS)).scopes())
        .containsExactly("orders");
    assertThat(stored().tokens().scopes()).isEqualTo(before.scopes());
  }

  @Test
  void an_id_token_of_somebody_else_beside_a_token_for_a_resource_is_not_believed_either() {
    house.provider.sendsIdTokenAtRefresh(true);
    house.provider.alterIdToken(token -> token.claim("sub", "mallory"));
    assertThat(house.accessTokens.current(id, ORDERS)).isInstanceOf(Unavailable.class);
    assertThat(stored().tokens()).isEqualTo(before);
    assertThat(stored().resources()).isEmpty();
  }

  @Test
  void a_resource_that_the_provider_does_not_serve_costs_one_request_and_no_session() {
    house.provider.refusesResources("https://orders.example/");
    int asked = house.provider.count(Endpoint.TOKEN);
    for (int i = 0; i < 3; i++) {
      assertThat(house.accessTokens.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    }
    assertThat(house.provider.count(Endpoint.TOKEN)).isEqualTo(asked + 1);
    assertThat(stored().tokens()).isEqualTo(before);
    refreshed();
  }

  private RefreshGrants grants() {
    return new ProviderGrants(
        house.configuration,
        house.discovery,
        house.tokenEndpoint,
        house.revocation,
        house.idTokens,
        house.database.clock());
  }
}
