package io.gatehouse.gateway;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The browser's end of a tunnel: a connection that has ceased to be HTTP. */
final class BrowserEnd implements ReadListener {
  private static final int PIECE = 16 * 1024;
  private static final Duration FREE_WITHIN = Duration.ofSeconds(1);
  private static final Logger LOG = Logger.getLogger(BrowserEnd.class.getName());

  private final Tunnel tunnel;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Frames frames = new Frames();
  private boolean isTold;
  private volatile long takingSince;
  private volatile boolean isTaking;
  private volatile @Nullable WebConnection connection;
  private volatile @Nullable ServletInputStream in;
  private volatile @Nullable ServletOutputStream out;

  BrowserEnd(Tunnel tunnel, LongSupplier nanos) {
    this.tunnel = tunnel;
    this.nanos = nanos;
  }

  void enter(WebConnection entered) throws IOException {
    ServletInputStream fromBrowser = entered.getInputStream();
    in = fromBrowser;
    out = entered.getOutputStream();
    connection = entered;
    fromBrowser.setReadListener(this);
  }

  boolean hasEntered() {
    return connection != null;
  }

  /** Waits for the browser to take them. */
  void write(byte[] bytes, int from, int count) throws IOException {
    lock.lock();
    try {
      ServletOutputStream toBrowser = out;
      if (tunnel.isOver() || toBrowser == null) {
        throw new IOException("it is over");
      }
      takingSince = nanos.getAsLong();
      isTaking = true;
      toBrowser.write(bytes, from, count);
      toBrowser.flush();
      frames.pass(bytes, from, count);
    } finally {
      isTaking = false;
      lock.unlock();
    }
  }

  /** Whether it has been taking a piece for longer than this. */
  boolean isStuck(long now, long limit) {
    return isTaking && now - takingSince > limit;
  }

  /** Whether the resource's close frame has gone to it. */
  boolean isClosed() {
    return frames.isClosed();
  }

  /**
   * Liberty asks again as soon as this returns, and drops a byte where nobody reads: so whoever has
   * to wait for the other side waits here.
   */
  @Override
  public void onDataAvailable() throws IOException {
    ServletInputStream fromBrowser = Objects.requireNonNull(in);
    byte[] piece = new byte[PIECE];
    while (fromBrowser.isReady()) {
      int count = fromBrowser.read(piece);
      if (count < 0) {
        tunnel.end(Ending.CUT);
        return;
      }
      tunnel.up(piece, count);
    }
  }

  @Override
  public void onAllDataRead() {
    tunnel.end(Ending.CUT);
  }

  @Override
  public void onError(Throwable broken) {
    tunnel.end(Ending.CUT);
  }

  /**
   * Sends a close frame, once, where one can come between the others.
   *
   * @return false when it will not hear of it
   */
  boolean say(Ending why) {
    ServletOutputStream toBrowser = out;
    if (!why.isSaid() || toBrowser == null || !isFree()) {
      return false;
    }
    try {
      if (isTold) {
        return true;
      }
      if (!frames.isBetween() || frames.isClosed()) {
        return false;
      }
      isTold = true;
      takingSince = nanos.getAsLong();
      isTaking = true;
      toBrowser.write(why.toBrowser());
      toBrowser.flush();
      return true;
    } catch (IOException | RuntimeException gone) {
      // Liberty has a NullPointerException for a connection that is no more
      return false;
    } finally {
      isTaking = false;
      lock.unlock();
    }
  }

  /** Takes the lock, unless the browser is slow to take what is before. */
  private boolean isFree() {
    try {
      return lock.tryLock(FREE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void close() {
    WebConnection entered = connection;
    if (entered != null) {
      try {
        entered.close();
      } catch (Exception gone) {
        LOG.log(Level.FINE, "A WebSocket does not close in good order", gone);
      }
    }
  }
}
