package io.gatehouse.testing;

import io.gatehouse.authorizationserver.BackChannel;
import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.authorizationserver.RevocationEndpoint;
import io.gatehouse.authorizationserver.TokenEndpoint;
import io.gatehouse.authorizationserver.UserInfoEndpoint;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.HttpConfiguration;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.session.SessionStore;
import io.gatehouse.store.Database;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.OnceTable;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionTable;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.testing.FakeAuthorizationServer.Settings;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.LoginCookie;
import io.gatehouse.web.SessionCookie;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Everything below the edge, for real: a fake provider over HTTP, a database in memory, and a clock
 * that both read and the test moves.
 */
public final class House implements AutoCloseable {
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
  public final Discovery discovery;
  public final TokenEndpoint tokenEndpoint;
  public final UserInfoEndpoint userInfo;
  public final Revocation revocation;
  public final SessionCookie sessionCookie;
  public final LoginCookie loginCookie;
  public final ClientAddress addresses;
  public final FaultMapper faults;

  private final BackChannel backChannel;
  private volatile boolean isStoreDown;

  private House(UnaryOperator<Configurations> settings) {
    provider = FakeAuthorizationServer.start(Settings.DEFAULT, database.clock());
    configuration =
        settings.apply(Configurations.standard()).provider("default", provider.issuer()).build();
    Database store = database.database(failingOnDemand(database.dataSource()));
    sealer = new Sealer(configuration.secrets(), random);
    once = new OnceTable(store);
    sessions =
        new SessionStore(
            new SessionTable(store),
            new LeaseTable(store),
            sealer,
            configuration.session(),
            database.clock(),
            random);
    recentLogins = new RecentLogins(once);
    HttpConfiguration http = configuration.http();
    backChannel =
        new BackChannel(
            new HttpConfiguration(
                http.connectTimeout(), Duration.ofMillis(500), http.trustedCertificates()),
            Duration.ofSeconds(1));
    discovery = new Discovery(backChannel, database.clock());
    tokenEndpoint = new TokenEndpoint(backChannel);
    userInfo = new UserInfoEndpoint(backChannel);
    revocation = new Revocation(discovery, new RevocationEndpoint(backChannel), securityEvents);
    sessionCookie =
        new SessionCookie(configuration.baseUrl(), configuration.session().absoluteTimeout());
    loginCookie = new LoginCookie(configuration);
    addresses = new ClientAddress(configuration.trustedProxies());
    faults = new FaultMapper(configuration, addresses, securityEvents, random);
  }

  public static House standard() {
    return new House(UnaryOperator.identity());
  }

  /**
   * @param settings made before the fake provider is added as {@code default}
   */
  public static House with(UnaryOperator<Configurations> settings) {
    return new House(settings);
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
    backChannel.close();
    provider.close();
    database.close();
  }
}
