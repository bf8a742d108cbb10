package io.gatehouse.gateway;

import io.gatehouse.observe.LineBudget;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.UpgradeProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The one way out to protected resources: no redirects, no cookies, no proxies, no decoding, and no
 * thread that waits.
 */
public final class Upstream implements AutoCloseable {
  private static final int CONNECTIONS = 2048;
  private static final int MAX_HEADER = 32 * 1024;
  private static final int THREADS = 64;

  private static final Logger LOG = Logger.getLogger(Upstream.class.getName());
  private static final int LINES_PER_MINUTE = 60;

  private final LineBudget lines = new LineBudget(LINES_PER_MINUTE);
  private final Clock clock;
  private final HttpClient client;
  private final Set<Exchange> unanswered = ConcurrentHashMap.newKeySet();
  private final CyclicTimeouts<Exchange> deadlines;

  /**
   * @param connectTimeout of one attempt
   * @param tls whom to trust: the JVM's own authorities and the configured certificates
   */
  public Upstream(Duration connectTimeout, SSLContext tls, Clock clock) {
    this.clock = clock;
    SslContextFactory.Client trust = new SslContextFactory.Client();
    trust.setSslContext(tls);
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
    threads.setName("gatehouse-gateway");
    threads.setDaemon(true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    connector.setExecutor(threads);
    connector.setSslContextFactory(trust);
    connector.setConnectTimeout(connectTimeout);
    client = new HttpClient(new OnTheSelector(connector));
    client.setExecutor(threads);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    client.setMaxConnectionsPerDestination(CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(CONNECTIONS);
    client.setMaxResponseHeadersSize(MAX_HEADER);
    // shorter than the usual 60 s of servers and load balancers, which drop idle connections in
    // silence
    client.setIdleTimeout(TimeUnit.SECONDS.toMillis(30));
    start();
    // bodies pass as they are, and whatever an answer says is the browser's business
    client.getContentDecoderFactories().clear();
    ProtocolHandlers handlers = client.getProtocolHandlers();
    handlers.clear();
    handlers.put(new ContinueProtocolHandler());
    handlers.put(new ProcessingProtocolHandler());
    handlers.put(new EarlyHintsProtocolHandler());
    handlers.put(new UpgradeProtocolHandler());
    deadlines =
        new CyclicTimeouts<>(client.getScheduler()) {
          @Override
          protected Iterator<Exchange> iterator() {
            return unanswered.iterator();
          }

          @Override
          protected boolean onExpired(Exchange late) {
            late.expired();
            return true;
          }
        };
  }

  Request request(UpstreamRequest call, Duration idleTimeout) {
    return client
        .newRequest(call.address())
        .method(call.method())
        .headers(fields -> fields.add(call.fields()))
        .idleTimeout(idleTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tells the exchange when its answer has not begun at its deadline. */
  void awaitAnswer(Exchange exchange) {
    unanswered.add(exchange);
    deadlines.schedule(exchange);
  }

  void answered(Exchange exchange) {
    unanswered.remove(exchange);
  }

  /** Why a route does not get through, for whoever runs this; not at every call of it. */
  void log(String route, Throwable cause) {
    if (lines.spend(clock.millis()).isGranted()) {
      LOG.log(
          Level.WARNING,
          "Route {0}: the protected resource cannot be reached, or breaks off: {1}",
          new Object[] {route, reason(cause)});
    }
  }

  /** Only what the network says: a protocol violation would quote what came. */
  private static String reason(Throwable cause) {
    return cause instanceof SocketException || cause instanceof SSLException
        ? cause.toString()
        : cause.getClass().getName();
  }

  /**
   * Answers are dealt with on the selector's own thread: handing each to another costs two wake-ups
   * a call, and whatever {@link Exchange} does with one, it does not wait.
   */
  private static final class OnTheSelector extends HttpClientTransportOverHTTP {
    OnTheSelector(ClientConnector connector) {
      super(connector);
    }

    @Override
    public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
      return customize(
          new HttpConnectionOverHTTP(endPoint, context) {
            private final Callback fillable =
                Callback.from(
                    InvocationType.NON_BLOCKING, this::onFillable, this::onFillInterestedFailed);

            @Override
            public void fillInterested() {
              getEndPoint().fillInterested(fillable);
            }
          },
          context);
    }
  }

  private void start() {
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("the gateway's client does not start", e);
    }
  }

  @Override
  public void close() {
    deadlines.destroy();
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the gateway's client does not stop", e);
    }
  }
}
