package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.FakeAuthorizationServer.Settings;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RecordedRequest;
import io.gatehouse.token.IdTokenValidator;
import java.net.URI;
import java.time.Clock;
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

/** The code exchange as it goes over the wire (RFC 6749 §4.1.3), and every answer to it. */
class TokenEndpointExchangeTest {
  // RFC 7636 appendix B
  private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final TokenEndpoint endpoint = new TokenEndpoint(backChannel);

  @AfterEach
  void stop() {
    backChannel.close();
    fake.close();
  }

  @Test
  void the_request_holds_exactly_what_the_specification_asks_for() {
    String code = code();

    endpoint.exchange(Setup.provider(fake), Secret.of(code), VERIFIER, Setup.REDIRECT_URI);

    RecordedRequest request = fake.last(Endpoint.TOKEN);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.query()).isNull();
    assertThat(request.header("Content-Type")).containsExactly("application/x-www-form-urlencoded");
    assertThat(request.parameters())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "grant_type", List.of("authorization_code"),
                "code", List.of(code),
                "redirect_uri", List.of("https://localhost:9443/auth/callback"),
                "code_verifier", List.of(VERIFIER.reveal())));
  }

  @Test
  void the_answer_is_read_and_its_id_token_passes_the_rules() {
    TokenAnswer answer = exchange(Setup.provider(fake));

    assertThat(fake.isLive(answer.accessToken().reveal())).isTrue();
    assertThat(answer.refreshToken()).isPresent();
    assertThat(answer.expiresIn()).isEqualTo(Duration.ofMinutes(5));
    assertThat(answer.scopesOr(Set.of()))
        .containsExactly("openid", "profile", "email", "offline_access");
    Provider provider =
        new Discovery(backChannel, Clock.systemUTC()).provider(Setup.configuration(fake));
    assertThat(
            new IdTokenValidator(Clock.systemUTC(), Duration.ofSeconds(30))
                .validate(
                    answer.idToken().orElseThrow(),
                    provider.atSignIn(
                        "nonce", answer.accessToken(), Optional.empty(), Optional.empty()))
                .subject())
        .isEqualTo("alice");
  }

  @Test
  void client_secret_basic_encodes_id_and_secret_before_joining_them() {
    restart(new Settings(0, "id:with/odd", Optional.of("s3cret+%& ä"), redirectUris(), life()));

    exchange(provider("id:with/odd", "s3cret+%& ä", AuthMethod.CLIENT_SECRET_BASIC));

    RecordedRequest request = fake.last(Endpoint.TOKEN);
    assertThat(request.header("Authorization"))
        .containsExactly(
            "Basic "
                + java.util.Base64.getEncoder()
                    .encodeToString(
                        "id%3Awith%2Fodd:s3cret%2B%25%26+%C3%A4"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(request.parameters()).doesNotContainKeys("client_id", "client_secret");
  }

  @Test
  void client_secret_post_sends_both_in_the_form_and_no_header() {
    exchange(provider("gatehouse", "fake-secret", AuthMethod.CLIENT_SECRET_POST));

    RecordedRequest request = fake.last(Endpoint.TOKEN);
    assertThat(request.header("Authorization")).isEmpty();
    assertThat(request.parameters())
        .containsEntry("client_id", List.of("gatehouse"))
        .containsEntry("client_secret", List.of("fake-secret"));
  }

  @Test
  void a_public_client_sends_its_id_alone() {
    restart(new Settings(0, "gatehouse", Optional.empty(), redirectUris(), life()));

    exchange(provider("gatehouse", "", AuthMethod.NONE));

    RecordedRequest request = fake.last(Endpoint.TOKEN);
    assertThat(request.header("Authorization")).isEmpty();
    assertThat(request.parameters())
        .containsEntry("client_id", List.of("gatehouse"))
        .doesNotContainKey("client_secret");
  }

  @Test
  void every_resource_indicator_is_sent() {
    ClientConfiguration client =
        Setup.client(
            AuthMethod.CLIENT_SECRET_BASIC,
            List.of("https://api.example/", "https://other.example/?a=b&c"));

    exchange(Setup.provider(Setup.configuration(fake.issuer(), client)));

    assertThat(fake.last(Endpoint.TOKEN).parameters())
        .containsEntry("resource", List.of("https://api.example/", "https://other.example/?a=b&c"));
  }

  static List<Mischief> silences() {
    return List.of(
        Mischief.actThenDie(),
        Mischief.dieAfterHeaders(),
        Mischief.dieMidBody(),
        Mischief.hugeBody(),
        Mischief.gzipBomb());
  }

  @ParameterizedTest
  @MethodSource("silences")
  void an_exchange_without_an_answer_is_never_repeated(Mischief silence) {
    fake.next(Endpoint.TOKEN, silence);

    ProviderFault fault = fault();

    assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_UNREACHABLE);
    assertThat(fault.retryAfter()).isPresent();
    assertThat(fake.count(Endpoint.TOKEN)).isEqualTo(1);
    assertThat(fake.reuses()).isZero();
  }

  static List<Mischief> nonsense() {
    return List.of(
        Mischief.garbage(),
        Mischief.contentType("text/html"),
        Mischief.contentType("application/x-www-form-urlencoded"),
        Mischief.duplicateKeys(),
        Mischief.status(200),
        Mischief.redirectTo("http://127.0.0.1:1/"),
        Mischief.status(404),
        Mischief.error(400, "no_such_error"),
        Mischief.alter(reply -> reply.withBody("[" + reply.text() + "]")));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void an_answer_that_is_none_is_refused(Mischief nonsense) {
    fake.next(Endpoint.TOKEN, nonsense);

    assertThat(fault().id()).isEqualTo(ErrorId.TOKEN_ANSWER_REFUSED);
    assertThat(fake.count(Endpoint.TOKEN)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_grant, CODE_REFUSED",
    "401, invalid_client, CLIENT_REFUSED",
    "400, unauthorized_client, CLIENT_REFUSED",
    "400, invalid_request, CLIENT_REFUSED",
    "400, invalid_target, CLIENT_REFUSED",
    "500, invalid_grant, PROVIDER_UNREACHABLE",
    "503, temporarily_unavailable, PROVIDER_UNREACHABLE"
  })
  void an_error_is_told_by_its_registered_code(int status, String code, ErrorId id) {
    fake.next(Endpoint.TOKEN, Mischief.error(status, code));

    assertThat(fault().id()).isEqualTo(id);
  }

  @Test
  void a_401_without_a_code_means_the_client() {
    fake.next(Endpoint.TOKEN, Mischief.status(401));

    assertThat(fault().id()).isEqualTo(ErrorId.CLIENT_REFUSED);
  }

  @Test
  void retry_after_is_passed_on() {
    fake.next(Endpoint.TOKEN, Mischief.tooManyRequests("17"));

    assertThat(fault().retryAfter()).contains(Duration.ofSeconds(17));
  }

  @Test
  void nothing_the_provider_wrote_is_in_the_fault() {
    for (Mischief mischief :
        List.of(
            Mischief.error(400, "leaked_code"),
            Mischief.alter(reply -> reply.withBody("leaked_body")),
            Mischief.error(400, "invalid_grant"))) {
      fake.next(Endpoint.TOKEN, mischief);
      for (Throwable thrown = fault(); thrown != null; thrown = thrown.getCause()) {
        assertThat(thrown.toString()).doesNotContain("leaked", "because the fake says so");
      }
    }
  }

  private ProviderFault fault() {
    return catchThrowableOfType(ProviderFault.class, () -> exchange(Setup.provider(fake)));
  }

  private TokenAnswer exchange(Provider provider) {
    return endpoint.exchange(provider, Secret.of(code()), VERIFIER, Setup.REDIRECT_URI);
  }

  private String code() {
    return fake.code("alice", Setup.REDIRECT_URI.toString(), CHALLENGE, "nonce");
  }

  private void restart(Settings settings) {
    fake.close();
    fake = FakeAuthorizationServer.start(settings, Clock.systemUTC());
  }

  private Provider provider(String id, String secret, AuthMethod method) {
    URI issuer = fake.issuer();
    return Setup.provider(Setup.configuration(issuer, Setup.client(id, secret, method, List.of())));
  }

  private static Set<String> redirectUris() {
    return Set.of(Setup.REDIRECT_URI.toString());
  }

  private static Duration life() {
    return Duration.ofMinutes(5);
  }
}
