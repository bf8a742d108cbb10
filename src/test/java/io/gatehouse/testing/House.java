package io.gatehouse.testing;

import io.gatehouse.authorizationserver.BackChannel;
import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.authorizationserver.RevocationEndpoint;
import io.gatehouse.authorizationserver.TokenAnswer;
import io.gatehouse.authorizationserver.TokenEndpoint;
import io.gatehouse.authorizationserver.UserInfoEndpoint;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.HttpConfiguration;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.refresh.ProviderGrants;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TokenRevocation;
import io.gatehouse.session.Tokens;
import io.gatehouse.session.UnderWay;
import io.gatehouse.store.Database;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.OnceTable;
import io.gatehouse.store.Presence;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionTable;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.testing.FakeAuthorizationServer.Settings;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.ValidatedIdToken;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.Farewell;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.LoginCookie;
import io.gatehouse.web.SessionCookie;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Everything below the edge, for real: a fake provider over HTTP, a database in memory, and a clock
 * that both read and the test moves.
 */
public final class House implements AutoCloseable {
  // the pair of RFC 7636 appendix B
  private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  // no time limit that a busy machine could meet
  private static final Duration PATIENT = Duration.ofMinutes(1);

  public final TestDatabase database = TestDatabase.h2();
  public final FakeAuthorizationServer provider;
  public final GatehouseConfiguration configuration;
  public final List<SecurityEvent> events = new CopyOnWriteArrayList<>();

  public final SecureRandom random = new SecureRandom();
  public final SecurityEvents securityEvents = new SecurityEvents(List.of(events::add));
  public final Sealer sealer;
  public final OnceTable once;
  public final SessionStore sessions;
  public final RecentLogins recentLogins;
  public final IdTokenValidator idTokens;
  public final Discovery discovery;
  public final TokenEndpoint tokenEndpoint;
  public final UserInfoEndpoint userInfo;
  public final Revocation revocation;

  /** At once and in the caller's thread, where the product does it beside. */
  public final TokenRevocation tokenRevocation;

  public final Farewell farewell;
  public final SessionCookie sessionCookie;
  public final LoginCookie loginCookie;
  public final ClientAddress addresses;
  public final FaultMapper faults;
  public final AccessTokenSource accessTokens;

  private final BackChannel backChannel;
  private volatile boolean isStoreDown;

  private House(UnaryOperator<Configurations> settings, Duration patience) {
    provider = FakeAuthorizationServer.start(Settings.DEFAULT, database.clock());
    configuration =
        settings.apply(Configurations.standard()).provider("default", provider.issuer()).build();
    Database store = database.database(failingOnDemand(database.dataSource()));
    sealer = new Sealer(configuration.secrets(), random);
    once = new OnceTable(store);
    sessions = sessionStore(store);
    recentLogins = new RecentLogins(once);
    HttpConfiguration http = configuration.http();
    backChannel =
        new BackChannel(
            new HttpConfiguration(http.connectTimeout(), patience, http.trustedCertificates()),
            patience);
    discovery = new Discovery(backChannel, database.clock());
    tokenEndpoint = new TokenEndpoint(backChannel);
    userInfo = new UserInfoEndpoint(backChannel);
    revocation = new Revocation(discovery, new RevocationEndpoint(backChannel), securityEvents);
    tokenRevocation =
        (provider, session, tokens) ->
            revocation.revoke(
                configuration.provider(provider).orElseThrow(),
                session,
                tokens.accessToken(),
                tokens.refreshToken());
    farewell = new Farewell(tokenRevocation, securityEvents);
    sessionCookie =
        new SessionCookie(configuration.baseUrl(), configuration.session().absoluteTimeout());
    loginCookie = new LoginCookie(configuration);
    addresses = new ClientAddress(configuration.trustedProxies());
    faults = new FaultMapper(configuration, addresses, securityEvents, database.clock(), random);
    idTokens = new IdTokenValidator(database.clock(), Duration.ofSeconds(30));
    accessTokens = accessTokens(sessions);
  }

  private SessionStore sessionStore(Database store) {
    return new SessionStore(
        new SessionTable(store),
        new LeaseTable(store),
        new Presence(store, configuration.session().idleTimeout()),
        sealer,
        configuration.session(),
        database.clock(),
        random);
  }

  private AccessTokenSource accessTokens(SessionStore of) {
    return new AccessTokenSource(
        of,
        new ProviderGrants(
            configuration, discovery, tokenEndpoint, revocation, idTokens, database.clock()),
        configuration.refresh(),
        securityEvents,
        database.clock());
  }

  /** As another node has them, which shares nothing but the database; to be closed. */
  public AccessTokenSource accessTokensElsewhere() {
    return accessTokens(sessionStore(database.database()));
  }

  public static House standard() {
    return with(UnaryOperator.identity());
  }

  /**
   * @param settings made before the fake provider is added as {@code default}
   */
  public static House with(UnaryOperator<Configurations> settings) {
    return new House(settings, PATIENT);
  }

  /** With a back channel that waits a second and no longer, for providers that hang. */
  public static House impatient() {
    return new House(UnaryOperator.identity(), Duration.ofSeconds(1));
  }

  /** Signs {@code subject} in without a browser. */
  public SessionId signIn(String subject) {
    Provider asked = discovery.provider(configuration.provider("default").orElseThrow());
    String nonce = "a-nonce-of-the-test";
    String code = provider.code(subject, configuration.redirectUri().toString(), CHALLENGE, nonce);
    TokenAnswer answer =
        tokenEndpoint.exchange(asked, Secret.of(code), VERIFIER, configuration.redirectUri());
    Secret idToken = answer.idToken().orElseThrow();
    ValidatedIdToken validated =
        idTokens.validate(
            idToken,
            new IdTokenValidator.Expectation(
                asked.configuration().issuer(),
                asked.configuration().client().clientId(),
                "RS256",
                asked.keys(),
                Optional.of(nonce),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    Instant now = database.clock().instant();
    Tokens tokens =
        new Tokens(
            answer.accessToken(),
            Optional.of(now.plus(answer.expiresIn())),
            answer.expiresIn(),
            answer.refreshToken(),
            Optional.of(now.plus(Duration.ofDays(30))),
            idToken,
            Optional.empty(),
            answer.scopesOr(Set.of()));
    return sessions
        .open(
            new SessionStore.Opening(
                "default", validated, Map.of(), tokens, new UnderWay(now, now), "", "192.0.2.7"),
            SessionId.random(random),
            Optional.empty())
        .orElseThrow()
        .id();
  }

  public void storeDown(boolean down) {
    isStoreDown = down;
  }

  public <E extends SecurityEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private DataSource failingOnDemand(DataSource real) {
    return (DataSource)
        Proxy.newProxyInstance(
            House.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, called, args) -> {
              if (isStoreDown) {
                throw new SQLTransientConnectionException("switched off by the test");
              }
              try {
                return called.invoke(real, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public void close() {
    accessTokens.close();
    backChannel.close();
    provider.close();
    database.close();
  }
}
