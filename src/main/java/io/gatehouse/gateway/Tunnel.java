package io.gatehouse.gateway;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * One open WebSocket (RFC 6455): bytes both ways, as they come. Nothing of them is looked at but
 * where frames end, so that a close frame of ours can come between.
 */
final class Tunnel implements Watch.Watched {
  private static final Duration ENTERED_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);

  /** What may have been on its way when the browser was told that it is over, in bytes. */
  private static final int LATE = 1024 * 1024;

  /** How long a session may be unknown, because the store does not answer. */
  private static final Duration UNKNOWN_WITHIN = Duration.ofSeconds(30);

  private static final Logger LOG = Logger.getLogger(Tunnel.class.getName());

  /** Whether the session lives that a WebSocket was opened by; always, where none was needed. */
  @FunctionalInterface
  interface Life {
    /**
     * @param isUse whether this counts as use of it
     * @throws RuntimeException when nobody can tell
     */
    boolean goesOn(boolean isUse);
  }

  /**
   * What a tunnel is held to.
   *
   * @param silence longest time without a byte, and longest wait for a side to take some
   */
  record Terms(Life session, Duration silence) {}

  private final Terms terms;
  private final Tunnels tunnels;
  private final LongSupplier nanos;
  private final Runnable left;
  private final BrowserEnd browser;
  private final UpstreamEnd resource;
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private volatile long lastMoved;
  private volatile long lastKnown;
  private volatile boolean isUsed;
  private volatile boolean isShut;
  private long late;

  /**
   * @param nanos a clock that only shows differences
   * @param left told once, when it is over
   */
  Tunnel(EndPoint connection, Terms terms, Tunnels tunnels, LongSupplier nanos, Runnable left) {
    this.terms = terms;
    this.tunnels = tunnels;
    this.nanos = nanos;
    this.left = left;
    this.lastMoved = nanos.getAsLong();
    this.lastKnown = lastMoved;
    this.browser = new BrowserEnd(this, nanos);
    this.resource = new UpstreamEnd(connection, this, tunnels);
    connection.upgrade(resource);
  }

  /** From now on it has both its ends, or its browser hears that it is over already. */
  void enter(WebConnection connection) {
    try {
      browser.enter(connection);
      resource.onFillable();
    } catch (IOException | IllegalStateException gone) {
      end(Ending.CUT);
    }
    Ending already = ending.get();
    if (already != null && (!browser.say(already) || isShut)) {
      shut();
    }
  }

  /** To the browser; waits for it to take them. */
  void down(byte[] bytes, int from, int count) throws IOException {
    moved();
    browser.write(bytes, from, count);
    moved();
  }

  /** To the protected resource; waits for it to take them. */
  void up(byte[] bytes, int count) {
    if (isOver()) {
      // it has not heard yet, or this is its answer to our close frame
      late += count;
      if (resource.isClosedBy(bytes, count) || late > LATE) {
        // not on this thread: Liberty would go on reading from the connection
        tunnels.later(this::shut);
      }
      return;
    }
    moved();
    isUsed |= resource.pass(bytes, count, terms.silence());
    moved();
  }

  /** The protected resource has ended its connection. */
  void resourceGone() {
    end(browser.isClosed() ? Ending.CUT : Ending.RESOURCE_GONE);
  }

  boolean isOver() {
    return ending.get() != null;
  }

  /** Ends both sides. Only the first call counts. */
  void end(Ending why) {
    if (ending.compareAndSet(null, why)) {
      resource.leave();
      left.run();
      moved();
      tunnels.later(
          () -> {
            // one that has yet to enter is told then; told, it answers, or the next look finds that
            // it does not
            if (browser.hasEntered() && !browser.say(why)) {
              shut();
            }
          });
    }
  }

  /** Ends both connections, whatever the other sides have heard. */
  private void shut() {
    isShut = true;
    tunnels.forget(this);
    browser.close();
    resource.close();
  }

  /** Ends what should no longer be. */
  @Override
  public void look() {
    long now = nanos.getAsLong();
    long quiet = now - lastMoved;
    long silence = terms.silence().toNanos();
    if (isOver()) {
      if (quiet > ANSWERED_WITHIN.toNanos()) {
        tunnels.later(this::shut);
      }
    } else if (browser.isStuck(now, silence)) {
      end(Ending.CUT);
    } else if (quiet > ANSWERED_WITHIN.toNanos() && resource.isClosed() && browser.isClosed()) {
      // both sides have taken leave, and the resource leaves its connection open
      end(Ending.CUT);
    } else if (quiet > (browser.hasEntered() ? silence : ENTERED_WITHIN.toNanos())) {
      end(Ending.SILENT);
    } else if (!isAllowed(now)) {
      end(Ending.SESSION_ENDED);
    }
  }

  private boolean isAllowed(long now) {
    boolean isUse = isUsed;
    isUsed = false;
    try {
      boolean lives = terms.session().goesOn(isUse);
      lastKnown = now;
      return lives;
    } catch (RuntimeException unknown) {
      isUsed = isUse;
      LOG.log(Level.FINE, "The session of a WebSocket cannot be looked up", unknown);
      if (now - lastKnown > UNKNOWN_WITHIN.toNanos()) {
        end(Ending.SESSION_UNKNOWN);
      }
      return true;
    }
  }

  private void moved() {
    lastMoved = nanos.getAsLong();
  }
}
