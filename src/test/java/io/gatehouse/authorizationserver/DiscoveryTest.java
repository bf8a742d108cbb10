package io.gatehouse.authorizationserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.MutableClock;
import io.gatehouse.testing.RawServer;
import io.gatehouse.testing.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {
  private final FakeAuthorizationServer fake = FakeAuthorizationServer.start();
  private final BackChannel backChannel = Setup.backChannel();
  private final MutableClock clock = MutableClock.atWholeSecond();
  private final Discovery discovery = new Discovery(backChannel, clock);
  private final ProviderConfiguration configuration = Setup.configuration(fake);

  @AfterEach
  void stop() {
    backChannel.close();
    fake.close();
  }

  @Test
  void metadata_and_keys_are_fetched_together_and_once() {
    Provider provider = discovery.provider(configuration);
    discovery.provider(configuration);

    assertThat(provider.configuration()).isEqualTo(configuration);
    assertThat(provider.metadata().issuer()).isEqualTo(fake.issuer());
    assertThat(provider.metadata().authorizationEndpoint())
        .isEqualTo(fake.address(Endpoint.AUTHORIZE));
    assertThat(provider.metadata().tokenEndpoint()).isEqualTo(fake.address(Endpoint.TOKEN));
    assertThat(provider.metadata().userinfoEndpoint()).contains(fake.address(Endpoint.USERINFO));
    assertThat(provider.metadata().revocationEndpoint()).contains(fake.address(Endpoint.REVOKE));
    assertThat(provider.metadata().endSessionEndpoint())
        .contains(fake.address(Endpoint.END_SESSION));
    assertThat(provider.issRequired()).isTrue();
    assertThat(provider.keys().jwkSet().getKeys()).hasSize(1);
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);
    assertThat(fake.count(Endpoint.JWKS)).isEqualTo(1);
  }

  @Test
  void without_openid_metadata_that_of_rfc_8414_is_taken() {
    fake.next(Endpoint.DISCOVERY, Mischief.status(404));
    fake.next(Endpoint.RFC_8414_METADATA, Mischief.reply(Reply.json(200, required())));

    Provider provider = discovery.provider(configuration);

    assertThat(provider.metadata().userinfoEndpoint()).isEmpty();
    assertThat(provider.issRequired()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1/tenant, /tenant/.well-known/openid-configuration",
    "http://127.0.0.1:1/tenant/, /tenant/.well-known/openid-configuration",
    "http://127.0.0.1:1/, /.well-known/openid-configuration"
  })
  void the_well_known_path_follows_the_issuers_path(String issuer, String path) throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (RawServer server = RawServer.start((in, out) -> answer404(in, out, asked))) {
      String here = issuer.replace(":1/", ":" + server.address().getPort() + "/");
      fault(at(URI.create(here)));
    }

    assertThat(asked).startsWith(path);
  }

  @Test
  void rfc_8414_puts_the_well_known_path_before_the_issuers() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (RawServer server = RawServer.start((in, out) -> answer404(in, out, asked))) {
      fault(at(URI.create(server.address() + "tenant")));
    }

    assertThat(asked)
        .containsExactly(
            "/tenant/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/tenant");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s/", "%s/tenant", "http://localhost:9", "https://127.0.0.1"})
  void an_issuer_that_is_not_the_configured_one_to_the_letter_is_refused(String other) {
    fake.alterMetadata(metadata -> with(metadata, "issuer", String.format(other, fake.issuer())));

    ProviderFault fault = fault(configuration);

    assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
    assertThat(fault.detail()).contains("issuer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"})
  void metadata_without_what_we_need_is_refused_by_name(String name) {
    fake.alterMetadata(
        metadata -> {
          metadata.remove(name);
          return metadata;
        });

    ProviderFault fault = fault(configuration);

    assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
    assertThat(fault.detail()).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "revocation_endpoint",
        "end_session_endpoint"
      })
  void an_endpoint_that_is_not_https_is_refused_by_name(String name) {
    for (Object address :
        List.of("http://as.example/x", "javascript:alert(1)", "/x", "not an address", 1)) {
      fake.alterMetadata(metadata -> with(metadata, name, address));
      clock.advance(Kept.PAUSE_AFTER_FAILURE);

      ProviderFault fault = fault(configuration);

      assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
      assertThat(fault.detail()).contains(name);
    }
  }

  @Test
  void a_provider_elsewhere_may_not_point_at_ports_of_this_host() {
    Map<String, Object> document = required();
    document.put("issuer", "https://as.example");
    document.replaceAll((name, value) -> value.toString().replace("http://", "https://"));
    document.put("token_endpoint", "http://127.0.0.1:8080/admin");

    ProviderFault fault =
        catchThrowableOfType(
            ProviderFault.class,
            () -> new MetadataDocument(URI.create("https://as.example"), document).metadata());

    assertThat(fault.detail()).contains("token_endpoint");
  }

  @Test
  void metadata_with_a_name_twice_is_refused() {
    fake.next(Endpoint.DISCOVERY, Mischief.duplicateKeys());

    assertThat(fault(configuration).id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
  }

  @Test
  void metadata_of_another_media_type_is_refused() {
    fake.next(Endpoint.DISCOVERY, Mischief.contentType("text/html"));

    assertThat(fault(configuration).id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
  }

  @Test
  void metadata_behind_a_redirect_is_refused() {
    fake.next(Endpoint.DISCOVERY, Mischief.redirectTo(fake.address(Endpoint.DISCOVERY) + "?x"));

    assertThat(fault(configuration).id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);
  }

  @Test
  void a_provider_without_readable_keys_is_not_usable() {
    fake.next(Endpoint.JWKS, Mischief.reply(Reply.json(200, Map.of("kies", List.of()))));

    assertThat(fault(configuration).id()).isEqualTo(ErrorId.PROVIDER_METADATA_REFUSED);
    assertThat(discovery.usable(configuration)).isFalse();
  }

  @Test
  void a_provider_that_is_down_is_asked_once_per_pause() {
    fake.always(Endpoint.DISCOVERY, Mischief.status(500));

    for (int i = 0; i < 3; i++) {
      ProviderFault fault = fault(configuration);
      assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_UNREACHABLE);
      assertThat(fault.retryAfter()).contains(Kept.PAUSE_AFTER_FAILURE);
    }
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);

    clock.advance(Kept.PAUSE_AFTER_FAILURE.minusNanos(1));
    fault(configuration);
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);

    fake.calm();
    clock.advance(Duration.ofNanos(1));
    assertThat(discovery.provider(configuration)).isNotNull();
  }

  @Test
  void a_provider_that_asks_for_patience_gets_it_within_limits() {
    fake.next(Endpoint.DISCOVERY, Mischief.tooManyRequests("60"));
    assertThat(fault(configuration).retryAfter()).contains(Duration.ofSeconds(60));

    clock.advance(Duration.ofSeconds(60));
    fake.next(Endpoint.DISCOVERY, Mischief.tooManyRequests("86400"));
    assertThat(fault(configuration).retryAfter()).contains(Duration.ofMinutes(5));
  }

  @Test
  void nobody_queues_behind_a_hanging_provider_that_has_failed_before() throws Exception {
    fake.next(Endpoint.DISCOVERY, Mischief.status(500));
    fault(configuration);
    clock.advance(Kept.PAUSE_AFTER_FAILURE);
    CountDownLatch gate = new CountDownLatch(1);
    fake.next(Endpoint.DISCOVERY, Mischief.waitFor(gate));
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      Future<Provider> first = caller.submit(() -> discovery.provider(configuration));
      await().until(() -> fake.count(Endpoint.DISCOVERY) == 2);

      long start = System.nanoTime();
      assertThat(fault(configuration).id()).isEqualTo(ErrorId.PROVIDER_UNREACHABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Setup.SOON);

      gate.countDown();
      assertThat(first.get().metadata().issuer()).isEqualTo(fake.issuer());
      assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(2);
    } finally {
      caller.shutdownNow();
    }
  }

  @Test
  void everybody_waits_for_the_one_first_fetch() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    fake.next(Endpoint.DISCOVERY, Mischief.waitFor(gate));
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Provider>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(callers.submit(() -> discovery.provider(configuration)));
      }
      await().until(() -> fake.count(Endpoint.DISCOVERY) == 1);
      gate.countDown();

      for (Future<Provider> call : calls) {
        assertThat(call.get().metadata().issuer()).isEqualTo(fake.issuer());
      }
      assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void the_whole_discovery_keeps_one_deadline() {
    fake.always(Endpoint.DISCOVERY, Mischief.delay(Setup.DEADLINE.dividedBy(2)));
    fake.always(Endpoint.JWKS, Mischief.drip(Duration.ofSeconds(1)));
    try (BackChannel impatient = Setup.impatient()) {
      Discovery hasty = new Discovery(impatient, clock);

      long start = System.nanoTime();
      ProviderFault fault =
          catchThrowableOfType(ProviderFault.class, () -> hasty.provider(configuration));

      assertThat(fault.id()).isEqualTo(ErrorId.PROVIDER_UNREACHABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Setup.SOON);
    }
  }

  @Test
  void metadata_is_renewed_behind_the_back_of_its_users() {
    discovery.provider(configuration);
    fake.rotateKeys();
    clock.advance(Kept.FRESH.minusNanos(1));
    discovery.provider(configuration);
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);

    clock.advance(Duration.ofNanos(1));
    await().until(() -> discovery.provider(configuration).keys().jwkSet().getKeys().size() == 2);
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(2);
  }

  @Test
  void old_metadata_and_keys_stay_when_a_renewal_fails() {
    Provider before = discovery.provider(configuration);
    fake.always(Endpoint.JWKS, Mischief.status(500));
    clock.advance(Kept.FRESH);

    assertThat(discovery.provider(configuration)).isSameAs(before);
    await().until(() -> fake.count(Endpoint.JWKS) == 2);
    assertThat(discovery.provider(configuration)).isSameAs(before);
    assertThat(discovery.usable(configuration)).isTrue();
  }

  @Test
  void asking_whether_it_is_usable_never_waits_and_makes_it_so() {
    CountDownLatch gate = new CountDownLatch(1);
    fake.next(Endpoint.DISCOVERY, Mischief.waitFor(gate));

    assertThat(discovery.usable(configuration)).isFalse();
    await().until(() -> fake.count(Endpoint.DISCOVERY) == 1);
    assertThat(discovery.usable(configuration)).isFalse();

    gate.countDown();
    await().until(() -> discovery.usable(configuration));
    assertThat(fake.count(Endpoint.DISCOVERY)).isEqualTo(1);
  }

  private ProviderFault fault(ProviderConfiguration of) {
    return catchThrowableOfType(ProviderFault.class, () -> discovery.provider(of));
  }

  private static void answer404(InputStream in, OutputStream out, List<String> asked)
      throws IOException {
    byte[] request = new byte[8192];
    for (int read = in.read(request); read > 0; read = in.read(request)) {
      asked.add(new String(request, 0, read, StandardCharsets.US_ASCII).split(" ")[1]);
      out.write("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  private static ProviderConfiguration at(URI issuer) {
    return Setup.configuration(issuer, Setup.client(AuthMethod.CLIENT_SECRET_BASIC, List.of()));
  }

  private Map<String, Object> required() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("issuer", fake.issuer().toString());
    document.put("authorization_endpoint", fake.address(Endpoint.AUTHORIZE).toString());
    document.put("token_endpoint", fake.address(Endpoint.TOKEN).toString());
    document.put("jwks_uri", fake.address(Endpoint.JWKS).toString());
    return document;
  }

  private static Map<String, Object> with(Map<String, Object> metadata, String name, Object value) {
    metadata.put(name, value);
    return metadata;
  }
}
