package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RecordedRequest;
import io.gatehouse.testing.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One refresh request, and which of five things became of it (security rule 14). */
class TokenEndpointRefreshTest {
  private static final URI ORDERS = URI.create("https://orders.example/");
  private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final BackChannel impatient = Setup.impatient();
  private final TokenEndpoint endpoint = new TokenEndpoint(backChannel);
  private final Secret refreshToken = signIn();

  @AfterEach
  void stop() {
    backChannel.close();
    impatient.close();
    fake.close();
  }

  @Test
  void the_request_holds_exactly_what_the_specification_asks_for() {
    refresh();

    RecordedRequest request = fake.last(Endpoint.TOKEN);
    assertThat(request.parameters())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "grant_type", List.of("refresh_token"),
                "refresh_token", List.of(refreshToken.reveal())));
    assertThat(request.header("Authorization")).hasSize(1);
  }

  @Test
  void the_verifier_is_sent_again_only_to_the_provider_that_wants_it() {
    endpoint.refresh(
        Setup.provider(Setup.wantingTheVerifierAgain(fake)),
        refreshToken,
        Optional.empty(),
        Optional.of(VERIFIER),
        () -> true);

    assertThat(fake.last(Endpoint.TOKEN).parameter("code_verifier")).isEqualTo(VERIFIER.reveal());
  }

  @Test
  void resource_indicators_are_sent_again() {
    endpoint.refresh(
        Setup.provider(
            Setup.configuration(
                fake.issuer(),
                Setup.client(AuthMethod.CLIENT_SECRET_BASIC, List.of("https://api.example/")))),
        refreshToken,
        Optional.empty(),
        Optional.empty(),
        () -> true);

    assertThat(fake.last(Endpoint.TOKEN).parameter("resource")).isEqualTo("https://api.example/");
  }

  @Test
  void a_token_for_one_resource_is_asked_for_with_that_indicator_alone() {
    endpoint.refresh(
        Setup.provider(
            Setup.configuration(
                fake.issuer(),
                Setup.client(AuthMethod.CLIENT_SECRET_BASIC, List.of("https://api.example/")))),
        refreshToken,
        Optional.of(ORDERS),
        Optional.empty(),
        () -> true);

    assertThat(fake.last(Endpoint.TOKEN).parameters())
        .containsEntry("resource", List.of("https://orders.example/"));
  }

  @Test
  void an_invalid_target_says_nothing_of_the_refresh_token() {
    fake.refusesResources(ORDERS.toString());

    assertThat(refreshFor(ORDERS)).isInstanceOf(RefreshAnswer.TargetRefused.class);
    assertThat(refresh()).isInstanceOf(RefreshAnswer.Granted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "invalid_target, true",
    "invalid_request, true",
    "invalid_scope, true",
    "unauthorized_client, true",
    "invalid_client, false",
    "unsupported_grant_type, false",
    "something_else, false"
  })
  void what_a_provider_says_of_the_resource_is_told_from_what_it_says_of_us(
      String error, boolean isOfTheResource) {
    fake.next(Endpoint.TOKEN, Mischief.error(400, error));
    fake.next(Endpoint.TOKEN, Mischief.error(400, error));

    assertThat(refreshFor(ORDERS) instanceof RefreshAnswer.TargetRefused)
        .isEqualTo(isOfTheResource);
    assertThat(refresh()).isInstanceOf(RefreshAnswer.Refused.class);
  }

  @Test
  void an_invalid_grant_is_one_whatever_was_asked_for() {
    fake.next(Endpoint.TOKEN, Mischief.error(400, "invalid_grant"));

    assertThat(refreshFor(ORDERS)).isEqualTo(new RefreshAnswer.InvalidGrant());
  }

  @Test
  void granted_brings_the_rotated_refresh_token() {
    TokenAnswer answer = granted(refresh());

    assertThat(answer.refreshToken()).isPresent().get().isNotEqualTo(refreshToken);
    assertThat(fake.isLive(answer.accessToken().reveal())).isTrue();
    assertThat(answer.idToken()).isPresent();
  }

  @Test
  void granted_without_a_refresh_token_says_so() {
    fake.rotates(false);

    assertThat(granted(refresh()).refreshToken()).isEmpty();
  }

  @Test
  void granted_without_a_scope_means_as_before() {
    fake.alterTokenAnswer(
        members -> {
          members.remove("scope");
          return members;
        });

    TokenAnswer answer = granted(refresh());

    assertThat(answer.scopes()).isEmpty();
    assertThat(answer.scopesOr(Set.of("openid", "read")))
        .containsExactlyInAnyOrder("openid", "read");
  }

  @Test
  void a_spent_refresh_token_is_an_invalid_grant() {
    refresh();

    assertThat(refresh()).isEqualTo(new RefreshAnswer.InvalidGrant());
    assertThat(fake.reuses()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"400", "401", "403"})
  void invalid_grant_counts_by_its_code_whatever_the_client_error(int status) {
    fake.next(Endpoint.TOKEN, Mischief.error(status, "invalid_grant"));

    assertThat(refresh()).isEqualTo(new RefreshAnswer.InvalidGrant());
  }

  static List<Mischief> refusals() {
    return List.of(
        Mischief.status(500),
        Mischief.status(502),
        Mischief.status(503),
        Mischief.status(429),
        Mischief.status(400),
        Mischief.status(404),
        Mischief.error(500, "invalid_grant"),
        Mischief.error(503, "invalid_grant"),
        Mischief.error(429, "invalid_grant"),
        Mischief.error(400, "invalid_request"),
        Mischief.error(401, "invalid_client"),
        Mischief.error(400, "Invalid_Grant"),
        Mischief.error(400, "the invalid_grant of another"),
        Mischief.reply(Reply.text(400, "text/plain", "{\"error\":\"invalid_grant\"}")),
        Mischief.reply(
            Reply.text(400, "application/json", "{\"error\":\"x\",\"error\":\"invalid_grant\"}")),
        Mischief.reply(Reply.json(400, Map.of("error", List.of("invalid_grant")))),
        Mischief.redirectTo("http://127.0.0.1:1/token"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void any_other_refusal_leaves_the_session_alone(Mischief refusal) {
    fake.next(Endpoint.TOKEN, refusal);

    assertThat(refresh()).isInstanceOf(RefreshAnswer.Refused.class);
    assertThat(fake.count(Endpoint.TOKEN)).isEqualTo(2);
    assertThat(refresh()).isInstanceOf(RefreshAnswer.Granted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "429, 90, 90",
    "429, 1800, 1800",
    "503, 90, 90",
    "503, 0, 1",
    "503, 100000, 3600",
    "503, soon, 5"
  })
  void retry_after_is_honoured_within_limits(int status, String header, int seconds) {
    fake.next(
        Endpoint.TOKEN, Mischief.reply(Reply.error(status, "x").withHeader("Retry-After", header)));

    assertThat(refresh()).isEqualTo(new RefreshAnswer.Refused(Duration.ofSeconds(seconds)));
  }

  static List<Mischief> uncertainties() {
    return List.of(
        Mischief.die(),
        Mischief.actThenDie(),
        Mischief.dieAfterHeaders(),
        Mischief.dieMidBody(),
        Mischief.hugeBody(),
        Mischief.gzipBomb(),
        Mischief.garbage(),
        Mischief.contentType("text/html"),
        Mischief.duplicateKeys(),
        Mischief.reply(Reply.json(200, Map.of("error", "invalid_grant"))),
        Mischief.reply(Reply.json(200, Map.of("token_type", "Bearer"))));
  }

  @ParameterizedTest
  @MethodSource("uncertainties")
  void sent_without_a_readable_answer_is_uncertain_and_never_repeated(Mischief mischief) {
    fake.next(Endpoint.TOKEN, mischief);

    assertThat(refresh()).isEqualTo(new RefreshAnswer.Uncertain());
    assertThat(fake.count(Endpoint.TOKEN)).isEqualTo(2);
  }

  static List<Mischief> slowness() {
    return List.of(Mischief.hang(), Mischief.actThenHang(), Mischief.drip(Duration.ofMillis(100)));
  }

  @ParameterizedTest
  @MethodSource("slowness")
  void a_provider_that_takes_too_long_is_uncertain(Mischief slowness) {
    fake.next(Endpoint.TOKEN, slowness);

    assertThat(
            new TokenEndpoint(impatient)
                .refresh(
                    Setup.provider(fake),
                    refreshToken,
                    Optional.empty(),
                    Optional.empty(),
                    () -> true))
        .isEqualTo(new RefreshAnswer.Uncertain());
  }

  @Test
  void a_provider_that_takes_no_connection_got_nothing() {
    Provider provider = Setup.provider(fake);
    fake.close();

    assertThat(
            endpoint.refresh(
                provider, refreshToken, Optional.empty(), Optional.empty(), () -> true))
        .isInstanceOf(RefreshAnswer.NotSent.class);
  }

  @Test
  void behind_a_fallen_fence_nothing_is_sent() {
    int before = fake.count(Endpoint.TOKEN);

    assertThat(
            endpoint.refresh(
                Setup.provider(fake),
                refreshToken,
                Optional.empty(),
                Optional.empty(),
                () -> false))
        .isEqualTo(new RefreshAnswer.Fenced());
    assertThat(fake.count(Endpoint.TOKEN)).isEqualTo(before);
    assertThat(refresh()).isInstanceOf(RefreshAnswer.Granted.class);
  }

  @Test
  void a_fence_that_throws_sends_nothing() {
    assertThat(
            endpoint.refresh(
                Setup.provider(fake),
                refreshToken,
                Optional.empty(),
                Optional.empty(),
                () -> {
                  throw new IllegalStateException("the store is gone");
                }))
        .isInstanceOf(RefreshAnswer.NotSent.class);
    assertThat(refresh()).isInstanceOf(RefreshAnswer.Granted.class);
  }

  private Secret signIn() {
    String code = fake.code("alice", Setup.REDIRECT_URI.toString(), CHALLENGE, "nonce");
    return endpoint
        .exchange(Setup.provider(fake), Secret.of(code), VERIFIER, Setup.REDIRECT_URI)
        .refreshToken()
        .orElseThrow();
  }

  private RefreshAnswer refreshFor(URI resource) {
    return endpoint.refresh(
        Setup.provider(fake), refreshToken, Optional.of(resource), Optional.empty(), () -> true);
  }

  private RefreshAnswer refresh() {
    return endpoint.refresh(
        Setup.provider(fake), refreshToken, Optional.empty(), Optional.of(VERIFIER), () -> true);
  }

  private static TokenAnswer granted(RefreshAnswer answer) {
    assertThat(answer).isInstanceOf(RefreshAnswer.Granted.class);
    return ((RefreshAnswer.Granted) answer).answer();
  }
}
