package io.gatehouse.authorizationserver;

import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.token.KeySet;
import io.gatehouse.token.StaticKeySet;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds out about authorization servers by their metadata (OpenID Connect Discovery §4, RFC 8414
 * §3) and keeps what it found, together with their keys.
 */
public final class Discovery {
  private final BackChannel backChannel;
  private final Clock clock;
  private final Executor background = oneDaemonThread();
  private final Map<String, Kept<Provider>> providers = new ConcurrentHashMap<>();
  private final Map<URI, Kept<KeySet>> keySets = new ConcurrentHashMap<>();

  public Discovery(BackChannel backChannel, Clock clock) {
    this.backChannel = backChannel;
    this.clock = clock;
  }

  private static Executor oneDaemonThread() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(100),
            task -> {
              Thread thread = new Thread(task, "gatehouse-discovery");
              thread.setDaemon(true);
              return thread;
            },
            // a full queue means that renewals are under way already
            new ThreadPoolExecutor.DiscardPolicy());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Metadata and keys of this provider: from memory when they are there, however old. */
  public Provider provider(ProviderConfiguration configuration) throws ProviderFault {
    return kept(configuration).get();
  }

  /**
   * Whether metadata and keys are at hand now; never waits. Asking starts the first fetch, so that
   * readiness comes by itself.
   */
  public boolean usable(ProviderConfiguration configuration) {
    return kept(configuration).peek().isPresent();
  }

  /** The key set (RFC 7517 §5) at an address that configuration names, without discovery. */
  public KeySet keysAt(URI jwksUri) throws ProviderFault {
    return keySets
        .computeIfAbsent(
            jwksUri,
            address ->
                new Kept<>(
                    () -> fetchKeys(address, System.nanoTime() + backChannel.deadline().toNanos()),
                    clock,
                    background,
                    backChannel.deadline()))
        .get();
  }

  private Kept<Provider> kept(ProviderConfiguration configuration) {
    return providers.computeIfAbsent(
        configuration.id(),
        id -> new Kept<>(() -> fetch(configuration), clock, background, backChannel.deadline()));
  }

  private Provider fetch(ProviderConfiguration configuration) {
    // one time limit over all requests of one discovery
    long end = System.nanoTime() + backChannel.deadline().toNanos();
    URI issuer = configuration.issuer();
    Answer answer = get(openIdConfiguration(issuer), end);
    if (answer.status() == 404) {
      answer = get(authorizationServerMetadata(issuer), end);
    }
    ProviderMetadata metadata = new MetadataDocument(issuer, json(answer, "metadata")).metadata();
    return new Provider(configuration, metadata, fetchKeys(metadata.jwksUri(), end));
  }

  private KeySet fetchKeys(URI address, long end) {
    StaticKeySet keySet =
        StaticKeySet.parse(json(get(address, end), "key set"))
            .orElseThrow(() -> refused("The provider's key set holds no key to verify with."));
    return new RemoteKeySet(keySet, () -> refetchedKeys(address), clock);
  }

  /** OpenID Connect Discovery §4: a trailing slash of the issuer goes first. */
  private static URI openIdConfiguration(URI issuer) {
    return URI.create(
        issuer.toString().replaceFirst("/$", "") + "/.well-known/openid-configuration");
  }

  /** RFC 8414 §3: between host and path. */
  private static URI authorizationServerMetadata(URI issuer) {
    String path = issuer.getRawPath().replaceFirst("/$", "");
    return URI.create(
        issuer.getScheme()
            + "://"
            + issuer.getRawAuthority()
            + "/.well-known/oauth-authorization-server"
            + path);
  }

  private Answer get(URI address, long end) {
    try {
      return backChannel.get(
          address, Optional.empty(), Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    } catch (NoAnswer noAnswer) {
      throw unreachable(noAnswer.reason(), Kept.PAUSE_AFTER_FAILURE);
    }
  }

  private static Map<String, Object> json(Answer answer, String what) {
    if (answer.isServerError()) {
      throw unreachable("it answered HTTP " + answer.status(), Kept.pause(answer.retryAfter()));
    }
    if (!answer.isOk()) {
      throw refused("The provider's " + what + ": HTTP " + answer.status() + " instead of 200.");
    }
    return answer
        .json()
        .orElseThrow(() -> refused("The provider's " + what + " is not a strict JSON object."));
  }

  private Optional<StaticKeySet> refetchedKeys(URI address) {
    try {
      return Optional.of(backChannel.get(address, Optional.empty(), backChannel.deadline()))
          .filter(Answer::isOk)
          .flatMap(Answer::json)
          .flatMap(StaticKeySet::parse);
    } catch (NoAnswer noAnswer) {
      return Optional.empty();
    }
  }

  private static ProviderFault refused(String detail) {
    return new ProviderFault(ErrorId.PROVIDER_METADATA_REFUSED, detail);
  }

  private static ProviderFault unreachable(String reason, Duration retryAfter) {
    return new ProviderFault(
        ErrorId.PROVIDER_UNREACHABLE,
        "The provider cannot be reached for its metadata: " + reason + ".",
        Optional.of(retryAfter),
        null);
  }
}
