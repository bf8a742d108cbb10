package io.gatehouse.config;

import static java.util.Map.entry;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * What the container's MicroProfile JWT may accept during the request of this thread (MicroProfile
 * JWT §9.2): nothing, until a token was shown.
 *
 * <p>The container asks for its {@code mp.jwt} settings anew for each request. As long as no token
 * was shown it is told to look for one in a cookie that nobody can name, and so sees none.
 */
public final class BearerRules implements ConfigSource {
  /** Above every source of the server, whose own highest is 600. */
  private static final int ORDINAL = 1000;

  private static final Map<String, String> NOTHING =
      Map.of("mp.jwt.token.header", "Cookie", "mp.jwt.token.cookie", UUID.randomUUID().toString());

  private static final ThreadLocal<Map<String, String>> SHOWN = new ThreadLocal<>();

  /**
   * Lets the container see this request's bearer token and check it against these.
   *
   * @param keySet JWK Set in JSON (RFC 7517 §5), public keys only
   */
  public static void show(URI issuer, String audience, String algorithm, String keySet) {
    SHOWN.set(
        Map.ofEntries(
            entry("mp.jwt.token.header", "Authorization"),
            entry("mp.jwt.verify.issuer", issuer.toString()),
            entry("mp.jwt.verify.audiences", audience),
            entry("mp.jwt.verify.publickey.algorithm", algorithm),
            entry("mp.jwt.verify.publickey", keySet),
            // empty: whatever the environment says, there is no other source of keys and rules;
            // nor is the environment searched for them with each request
            entry("mp.jwt.verify.publickey.location", ""),
            entry("mp.jwt.decrypt.key.location", ""),
            entry("mp.jwt.decrypt.key.algorithm", ""),
            entry("mp.jwt.verify.token.age", ""),
            entry("mp.jwt.verify.clock.skew", ""),
            entry("mp.jwt.token.cookie", "")));
  }

  public static void hide() {
    SHOWN.remove();
  }

  @Override
  public @Nullable String getValue(String name) {
    Map<String, String> shown = SHOWN.get();
    return (shown == null ? NOTHING : shown).get(name);
  }

  /** None that anybody should list: they change from request to request. */
  @Override
  public Set<String> getPropertyNames() {
    return Set.of();
  }

  @Override
  public int getOrdinal() {
    return ORDINAL;
  }

  @Override
  public String getName() {
    return "bearer rules";
  }
}
