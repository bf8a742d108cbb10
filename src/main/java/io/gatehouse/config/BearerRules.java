package io.gatehouse.config;

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
        Map.of(
            "mp.jwt.token.header",
            "Authorization",
            "mp.jwt.verify.issuer",
            issuer.toString(),
            "mp.jwt.verify.audiences",
            audience,
            "mp.jwt.verify.publickey.algorithm",
            algorithm,
            "mp.jwt.verify.publickey",
            keySet,
            // empty: whatever the environment says, there is no other source of keys
            "mp.jwt.verify.publickey.location",
            ""));
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
