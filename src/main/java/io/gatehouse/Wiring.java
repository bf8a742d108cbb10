package io.gatehouse;

import io.gatehouse.authorizationserver.AccessTokenGate;
import io.gatehouse.authorizationserver.BackChannel;
import io.gatehouse.authorizationserver.Discovery;
import io.gatehouse.authorizationserver.Revocation;
import io.gatehouse.authorizationserver.RevocationEndpoint;
import io.gatehouse.authorizationserver.RevocationQueue;
import io.gatehouse.authorizationserver.TokenEndpoint;
import io.gatehouse.authorizationserver.Trust;
import io.gatehouse.authorizationserver.UserInfoEndpoint;
import io.gatehouse.config.ApiConfiguration;
import io.gatehouse.config.ConfigurationReader;
import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.gateway.Gateway;
import io.gatehouse.gateway.Tunnels;
import io.gatehouse.gateway.Upstream;
import io.gatehouse.login.Browsers;
import io.gatehouse.login.CallbackEndpoint;
import io.gatehouse.login.CodeExchange;
import io.gatehouse.login.Login;
import io.gatehouse.login.LoginEndpoint;
import io.gatehouse.login.SignIn;
import io.gatehouse.logout.BackChannelLogout;
import io.gatehouse.logout.FormToken;
import io.gatehouse.logout.FrontChannelLogout;
import io.gatehouse.logout.Logout;
import io.gatehouse.logout.LogoutEndpoint;
import io.gatehouse.observe.AuditLog;
import io.gatehouse.observe.GatewayMetrics;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.observe.SecurityMetrics;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.refresh.ProviderGrants;
import io.gatehouse.resource.Preferences;
import io.gatehouse.resource.ProtectedResource;
import io.gatehouse.session.RecentLogins;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TokenRevocation;
import io.gatehouse.store.Database;
import io.gatehouse.store.DatabaseClock;
import io.gatehouse.store.DatabaseFile;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.OnceTable;
import io.gatehouse.store.Presence;
import io.gatehouse.store.Schema;
import io.gatehouse.store.Sealer;
import io.gatehouse.store.SessionTable;
import io.gatehouse.token.AccessTokenValidator;
import io.gatehouse.token.IdTokenValidator;
import io.gatehouse.token.LogoutTokenValidator;
import io.gatehouse.web.AtTheDoor;
import io.gatehouse.web.BearerTokenGate;
import io.gatehouse.web.ClientAddress;
import io.gatehouse.web.Farewell;
import io.gatehouse.web.FaultMapper;
import io.gatehouse.web.LoginCookie;
import io.gatehouse.web.OwnFiles;
import io.gatehouse.web.Readiness;
import io.gatehouse.web.RequestForgery;
import io.gatehouse.web.RouteTable;
import io.gatehouse.web.SecurityHeaders;
import io.gatehouse.web.SessionCookie;
import io.gatehouse.web.SignInFirst;
import io.gatehouse.web.WaitingRoom;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * Every object that exists and what it is given. Core classes know nothing of CDI; here alone they
 * are made, each once, when first asked for.
 */
@ApplicationScoped
public class Wiring {
  private static final Logger LOG = Logger.getLogger(Wiring.class.getName());

  // the container fills it in
  @SuppressWarnings("NullAway.Init")
  @Resource(lookup = "jdbc/gatehouse")
  DataSource dataSource;

  @SuppressWarnings("NullAway.Init")
  @Resource(lookup = "gatehouse/jdbc-url")
  String jdbcUrl;

  /** More than the back channel lets through to one provider at once. */
  private static final int SIGN_INS_AND_OUTS = 128;

  /** WebSockets, and again long answers, that may wait for slow browsers at once. */
  private static final int SLOW_BROWSERS = 1024;

  /** How far the provider's clock may be off. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  /**
   * What holds threads or connections, the youngest first. Nothing is made before what it uses, so
   * in this order everything can still finish by means of what it uses.
   */
  private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

  private <T extends AutoCloseable> T closedAtStop(T made) {
    open.push(made);
    return made;
  }

  @PreDestroy
  void stop() {
    for (AutoCloseable next = open.poll(); next != null; next = open.poll()) {
      try {
        next.close();
      } catch (Exception failed) {
        LOG.log(Level.WARNING, failed, () -> "Not all of Gatehouse stopped in order");
      }
    }
  }

  // ground

  @Produces
  @Singleton
  GatehouseConfiguration configuration(OwnFiles ownFiles) {
    return new ConfigurationReader(ConfigProvider.getConfig(), ownFiles::contains).read();
  }

  @Produces
  @Singleton
  SecureRandom random() {
    return new SecureRandom();
  }

  @Produces
  @Singleton
  SecurityEvents events(Clock clock, MetricRegistry metrics) {
    return new SecurityEvents(List.of(new AuditLog(clock), new SecurityMetrics(metrics)));
  }

  // store and sessions

  /** The one clock: everybody who asks for a {@link Clock} gets the database's time. */
  @Produces
  @Singleton
  DatabaseClock clock() {
    return new DatabaseClock(Clock.systemUTC());
  }

  @Produces
  @Singleton
  Database database(GatehouseConfiguration configuration, DatabaseClock clock) {
    return new Database(
        dataSource,
        configuration.session().jdbcUser(),
        configuration.session().jdbcPassword(),
        clock);
  }

  @Produces
  @Singleton
  Housekeeping housekeeping(
      GatehouseConfiguration configuration,
      Database database,
      OnceTable once,
      Presence presence,
      Preferences preferences,
      SecureRandom random) {
    Schema schema = new Schema(database);
    DatabaseFile file = new DatabaseFile(database, jdbcUrl);
    SessionTable sessions = new SessionTable(database);
    return closedAtStop(
        new Housekeeping(
            () -> {
              file.moveAsideIfDamaged();
              if (configuration.session().createSchema()) {
                schema.create();
                preferences.create();
              } else {
                schema.verify();
              }
              database.now(); // before anybody decides by the clock of this node
            },
            presence::leaveWord,
            List.of(
                limit -> sessions.purge(limit, configuration.session().idleTimeout()),
                sessions::purgeReceipts,
                once::purge),
            random));
  }

  @Produces
  @Singleton
  OnceTable onceTable(Database database) {
    return new OnceTable(database);
  }

  @Produces
  @Singleton
  Presence presence(GatehouseConfiguration configuration, Database database) {
    return new Presence(database, configuration.session().idleTimeout());
  }

  @Produces
  @Singleton
  Sealer sealer(GatehouseConfiguration configuration, SecureRandom random) {
    return new Sealer(configuration.secrets(), random);
  }

  @Produces
  @Singleton
  SessionStore sessions(
      Database database,
      Presence presence,
      Sealer sealer,
      GatehouseConfiguration configuration,
      Clock clock,
      SecureRandom random) {
    return new SessionStore(
        new SessionTable(database),
        new LeaseTable(database),
        presence,
        sealer,
        configuration.session(),
        clock,
        random);
  }

  @Produces
  @Singleton
  RecentLogins recentLogins(OnceTable once) {
    return new RecentLogins(once);
  }

  // the authorization server

  @Produces
  @Singleton
  BackChannel backChannel(GatehouseConfiguration configuration) {
    return closedAtStop(
        new BackChannel(configuration.http(), configuration.refresh().requestDeadline()));
  }

  @Produces
  @Singleton
  Discovery discovery(BackChannel backChannel, Clock clock) {
    return new Discovery(backChannel, clock);
  }

  @Produces
  @Singleton
  TokenEndpoint tokenEndpoint(BackChannel backChannel) {
    return new TokenEndpoint(backChannel);
  }

  @Produces
  @Singleton
  Revocation revocation(Discovery discovery, BackChannel backChannel, SecurityEvents events) {
    return new Revocation(discovery, new RevocationEndpoint(backChannel), events);
  }

  @Produces
  @Singleton
  IdTokenValidator idTokens(Clock clock) {
    return new IdTokenValidator(clock, CLOCK_SKEW);
  }

  @Produces
  @Singleton
  AccessTokenSource accessTokens(
      GatehouseConfiguration configuration,
      SessionStore sessions,
      Discovery discovery,
      TokenEndpoint tokenEndpoint,
      Revocation revocation,
      IdTokenValidator idTokens,
      SecurityEvents events,
      Clock clock) {
    ProviderGrants grants =
        new ProviderGrants(configuration, discovery, tokenEndpoint, revocation, idTokens, clock);
    return closedAtStop(
        new AccessTokenSource(sessions, grants, configuration.refresh(), events, clock));
  }

  // web

  @Produces
  @Singleton
  ClientAddress clientAddress(GatehouseConfiguration configuration) {
    return new ClientAddress(configuration.trustedProxies());
  }

  @Produces
  @Singleton
  SessionCookie sessionCookie(GatehouseConfiguration configuration) {
    return new SessionCookie(configuration.baseUrl(), configuration.session().absoluteTimeout());
  }

  @Produces
  @Singleton
  LoginCookie loginCookie(GatehouseConfiguration configuration) {
    return new LoginCookie(configuration);
  }

  @Produces
  @Singleton
  FaultMapper faults(
      GatehouseConfiguration configuration,
      ClientAddress addresses,
      SecurityEvents events,
      Clock clock,
      SecureRandom random) {
    return new FaultMapper(configuration, addresses, events, clock, random);
  }

  @Produces
  @Singleton
  SecurityHeaders securityHeaders(GatehouseConfiguration configuration) {
    return new SecurityHeaders(configuration);
  }

  @Produces
  @Singleton
  RequestForgery requestForgery(GatehouseConfiguration configuration, RouteTable routes) {
    return new RequestForgery(configuration, routes);
  }

  @Produces
  @Singleton
  Readiness readiness(
      GatehouseConfiguration configuration,
      Discovery discovery,
      Database database,
      Housekeeping housekeeping) {
    return new Readiness(
        Map.of(
            "store",
            () -> housekeeping.areTablesReady() && database.usable(),
            "provider",
            () -> configuration.providers().stream().allMatch(discovery::usable)));
  }

  // sign-in

  @Produces
  @Singleton
  Browsers browsers(LoginCookie loginCookie, SessionCookie sessionCookie, ClientAddress addresses) {
    return new Browsers(loginCookie, sessionCookie, addresses);
  }

  @Produces
  @Singleton
  Login login(
      GatehouseConfiguration configuration,
      Discovery discovery,
      TokenEndpoint tokenEndpoint,
      IdTokenValidator idTokens,
      BackChannel backChannel,
      SessionStore sessions,
      RecentLogins recentLogins,
      TokenRevocation revocation,
      Farewell farewell,
      SecurityEvents events,
      Sealer sealer,
      OnceTable once,
      Clock clock,
      SecureRandom random) {
    SignIn signIn =
        new SignIn(
            configuration,
            new UserInfoEndpoint(backChannel),
            sessions,
            recentLogins,
            revocation,
            farewell,
            events);
    return new Login(
        configuration,
        discovery,
        new CodeExchange(tokenEndpoint, idTokens),
        signIn,
        sealer,
        once,
        clock,
        random);
  }

  @Produces
  @Singleton
  LoginEndpoint loginEndpoint(
      GatehouseConfiguration configuration,
      Login login,
      Browsers browsers,
      LoginCookie loginCookie,
      SessionCookie sessionCookie,
      RecentLogins recentLogins,
      SecurityEvents events) {
    return new LoginEndpoint(
        configuration, login, browsers, loginCookie, sessionCookie, recentLogins, events);
  }

  @Produces
  @Singleton
  SignInFirst signInFirst(LoginEndpoint logins) {
    return new SignInFirst(logins::needed);
  }

  @Produces
  @Singleton
  CallbackEndpoint callbackEndpoint(
      Login login,
      LoginEndpoint starts,
      Browsers browsers,
      SessionCookie sessionCookie,
      FaultMapper faults) {
    return new CallbackEndpoint(login, starts, browsers, sessionCookie, faults);
  }

  // sign-out

  @Produces
  @Singleton
  LogoutEndpoint logoutEndpoint(
      GatehouseConfiguration configuration,
      SessionStore sessions,
      Discovery discovery,
      Revocation revocation,
      SecurityEvents events,
      SecureRandom random,
      Sealer sealer,
      SessionCookie sessionCookie,
      LoginCookie loginCookie,
      RecentLogins recentLogins,
      ClientAddress addresses) {
    return new LogoutEndpoint(
        configuration,
        new Logout(configuration, sessions, discovery, revocation, events, random),
        new FormToken(sealer),
        sessionCookie,
        loginCookie,
        recentLogins,
        addresses);
  }

  @Produces
  @Singleton
  BackChannelLogout backChannelLogout(
      GatehouseConfiguration configuration,
      Discovery discovery,
      SessionStore sessions,
      OnceTable once,
      Farewell farewell,
      SecurityEvents events,
      Clock clock) {
    return new BackChannelLogout(
        configuration,
        discovery,
        new LogoutTokenValidator(clock, CLOCK_SKEW),
        sessions,
        once,
        farewell,
        events,
        clock);
  }

  @Produces
  @Singleton
  FrontChannelLogout frontChannelLogout(
      GatehouseConfiguration configuration,
      SessionStore sessions,
      Farewell farewell,
      SecurityEvents events) {
    return new FrontChannelLogout(configuration, sessions, farewell, events);
  }

  // what both leave behind

  @Produces
  @Singleton
  TokenRevocation tokenRevocation(
      GatehouseConfiguration configuration, Revocation revocation, SecurityEvents events) {
    RevocationQueue queue = closedAtStop(new RevocationQueue(revocation, events));
    return (provider, session, tokens) ->
        configuration
            .provider(provider)
            .ifPresent(
                known -> queue.revoke(known, session, tokens.accessToken(), tokens.refreshToken()));
  }

  @Produces
  @Singleton
  Farewell farewell(TokenRevocation revocation, SecurityEvents events) {
    return new Farewell(revocation, events);
  }

  @Produces
  @Singleton
  @AtTheDoor
  WaitingRoom waitingRoomAtTheDoor() {
    return closedAtStop(new WaitingRoom(SIGN_INS_AND_OUTS));
  }

  // gateway

  @Produces
  @Singleton
  WaitingRoom waitingRoom() {
    return closedAtStop(new WaitingRoom());
  }

  @Produces
  @Singleton
  OwnFiles ownFiles() {
    return new OwnFiles();
  }

  @Produces
  @Singleton
  RouteTable routes(GatehouseConfiguration configuration, OwnFiles ownFiles) {
    return new RouteTable(configuration.routes(), ownFiles::contains);
  }

  @Produces
  @Singleton
  GatewayMetrics gatewayMetrics(MetricRegistry metrics) {
    return new GatewayMetrics(metrics);
  }

  @Produces
  @Singleton
  Gateway gateway(
      GatehouseConfiguration configuration,
      WaitingRoom room,
      FaultMapper faults,
      ClientAddress addresses,
      GatewayMetrics metrics,
      Clock clock) {
    Upstream upstream =
        closedAtStop(
            new Upstream(
                configuration.http().connectTimeout(),
                Trust.withAdditional(configuration.http().trustedCertificates()),
                clock));
    return new Gateway(
        configuration,
        upstream,
        room,
        closedAtStop(new WaitingRoom()),
        closedAtStop(new WaitingRoom(SLOW_BROWSERS)),
        closedAtStop(new Tunnels(closedAtStop(new WaitingRoom(SLOW_BROWSERS)))),
        faults,
        addresses,
        metrics,
        clock);
  }

  // the protected resource

  /** Which bearer tokens the container's MicroProfile JWT gets to see. */
  @Produces
  @Singleton
  BearerTokenGate bearerTokens(
      GatehouseConfiguration configuration, Discovery discovery, Clock clock) {
    ApiConfiguration api = configuration.api();
    AccessTokenGate gate =
        new AccessTokenGate(
            api,
            () ->
                api.jwksUri()
                    .map(discovery::keysAt)
                    .or(
                        () ->
                            configuration
                                .providerOf(api.issuer())
                                .map(provider -> discovery.provider(provider).keys()))
                    .orElseThrow(),
            new AccessTokenValidator(clock, CLOCK_SKEW));
    return new BearerTokenGate(gate::admit);
  }

  @Produces
  @Singleton
  ProtectedResource protectedResource(GatehouseConfiguration configuration) {
    return ProtectedResource.of(
        configuration.baseUrl(), List.of(configuration.api().issuer()), FaultMapper.LOGIN_URL);
  }

  @Produces
  @Singleton
  Preferences preferences(Database database) {
    return new Preferences(borrower -> database.lend(borrower::use));
  }
}
