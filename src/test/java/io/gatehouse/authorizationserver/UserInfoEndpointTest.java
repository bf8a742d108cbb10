package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.RecordedRequest;
import io.gatehouse.testing.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserInfoEndpointTest {
  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final UserInfoEndpoint endpoint = new UserInfoEndpoint(backChannel);
  private final Secret accessToken = signIn();

  @AfterEach
  void stop() {
    backChannel.close();
    fake.close();
  }

  @Test
  void claims_about_the_same_subject_are_given() {
    assertThat(endpoint.fetch(Setup.provider(fake), accessToken, "alice"))
        .containsEntry("sub", "alice")
        .containsEntry("email", "alice@example.org");

    RecordedRequest request = fake.last(Endpoint.USERINFO);
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.query()).isNull();
    assertThat(request.header("Authorization")).containsExactly("Bearer " + accessToken.reveal());
  }

  @Test
  void claims_about_another_subject_are_refused() {
    fake.alterUserInfo(claims -> with(claims, "bob"));

    assertThat(fault().id()).isEqualTo(ErrorId.USERINFO_REFUSED);
  }

  @Test
  void claims_about_nobody_in_particular_are_refused() {
    fake.alterUserInfo(
        claims -> {
          claims.remove("sub");
          return claims;
        });

    assertThat(fault().id()).isEqualTo(ErrorId.USERINFO_REFUSED);
  }

  @Test
  void a_signed_answer_is_refused_with_what_to_do_about_it() {
    fake.next(
        Endpoint.USERINFO,
        Mischief.reply(Reply.text(200, "application/jwt", fake.logoutToken().build().reveal())));

    ProviderFault fault = fault();

    assertThat(fault.id()).isEqualTo(ErrorId.USERINFO_REFUSED);
    assertThat(fault.detail()).contains("userinfo_signed_response_alg");
  }

  static List<Mischief> refusals() {
    return List.of(
        Mischief.garbage(),
        Mischief.contentType("text/plain"),
        Mischief.duplicateKeys(),
        Mischief.status(404),
        Mischief.redirectTo("http://127.0.0.1:1/"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void anything_but_a_good_answer_is_refused(Mischief mischief) {
    fake.next(Endpoint.USERINFO, mischief);

    assertThat(fault().id()).isEqualTo(ErrorId.USERINFO_REFUSED);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void a_token_for_another_resource_tells_nothing(int status) {
    fake.next(Endpoint.USERINFO, Mischief.error(status, "invalid_token"));

    assertThat(endpoint.fetch(Setup.provider(fake), accessToken, "alice")).isEmpty();
  }

  static List<Mischief> outages() {
    return List.of(Mischief.status(500), Mischief.tooManyRequests("9"), Mischief.dieMidBody());
  }

  @ParameterizedTest
  @MethodSource("outages")
  void an_outage_is_told_as_one(Mischief outage) {
    // a broken GET is tried a second time by the JDK itself
    fake.always(Endpoint.USERINFO, outage);

    ProviderFault fault = fault();

    assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_UNREACHABLE);
    assertThat(fault.retryAfter()).isPresent();
  }

  @Test
  void a_provider_without_the_endpoint_tells_nothing() {
    Provider provider = Setup.provider(fake);
    ProviderMetadata metadata = provider.metadata();
    Provider without =
        new Provider(
            provider.configuration(),
            new ProviderMetadata(
                metadata.issuer(),
                metadata.authorizationEndpoint(),
                metadata.tokenEndpoint(),
                metadata.jwksUri(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true),
            provider.keys());

    assertThat(endpoint.fetch(without, accessToken, "alice")).isEmpty();
    assertThat(new RevocationEndpoint(backChannel).revoke(without, accessToken, "access_token"))
        .isFalse();
    assertThat(
            EndSession.of(without, Optional.empty(), Optional.empty(), Setup.REDIRECT_URI, "state"))
        .isEmpty();
  }

  private ProviderFault fault() {
    return catchThrowableOfType(
        ProviderFault.class, () -> endpoint.fetch(Setup.provider(fake), accessToken, "alice"));
  }

  private static Map<String, Object> with(Map<String, Object> claims, String subject) {
    claims.put("sub", subject);
    return claims;
  }

  private Secret signIn() {
    String challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    Secret verifier = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    String code = fake.code("alice", Setup.REDIRECT_URI.toString(), challenge, null);
    return new TokenEndpoint(backChannel)
        .exchange(Setup.provider(fake), Secret.of(code), verifier, Setup.REDIRECT_URI)
        .accessToken();
  }
}
