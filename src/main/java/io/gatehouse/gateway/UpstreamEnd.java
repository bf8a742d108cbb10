package io.gatehouse.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The end of a tunnel at the protected resource: a connection that has ceased to be HTTP. */
final class UpstreamEnd extends AbstractConnection implements Connection.UpgradeTo {
  private static final int PIECE = 16 * 1024;

  private final Tunnel tunnel;
  private final Tunnels tunnels;
  private final ReentrantLock lock = new ReentrantLock();
  private final Frames frames = new Frames();
  private boolean isBroken;
  private @Nullable ByteBuffer early;

  UpstreamEnd(EndPoint connection, Tunnel tunnel, Tunnels tunnels) {
    super(connection, tunnels.room());
    this.tunnel = tunnel;
    this.tunnels = tunnels;
  }

  /** What came right behind the answer. */
  @Override
  public void onUpgradeTo(ByteBuffer buffer) {
    early = ByteBuffer.wrap(BufferUtil.toArray(buffer));
  }

  /** Something has come, or may have. The browser takes it in its own time. */
  @Override
  public void onFillable() {
    try {
      tunnels.room().execute(this::drain);
    } catch (RuntimeException full) {
      tunnel.end(Ending.BUSY);
    }
  }

  private void drain() {
    try {
      if (early != null) {
        pass(early);
        early = null;
      }
      // made here, not kept: most tunnels are silent most of the time
      ByteBuffer piece = BufferUtil.allocate(PIECE);
      for (int count = fill(piece); count != 0; count = fill(piece)) {
        if (count < 0) {
          tunnel.resourceGone();
          return;
        }
        pass(piece);
        BufferUtil.clear(piece);
      }
      fillInterested();
    } catch (IOException | RuntimeException broken) {
      tunnel.end(Ending.CUT);
    }
  }

  private int fill(ByteBuffer piece) {
    try {
      return getEndPoint().fill(piece);
    } catch (IOException reset) {
      return -1;
    }
  }

  private void pass(ByteBuffer piece) throws IOException {
    tunnel.down(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    tunnel.resourceGone();
  }

  /**
   * Silence is looked after elsewhere; what the client says of its idle connections is not meant.
   */
  @Override
  public boolean onIdleExpired(TimeoutException late) {
    return false;
  }

  /**
   * Sends bytes up, and waits until the connection has taken them; where it does not, the tunnel
   * ends.
   *
   * @return whether a message began in them
   */
  boolean pass(byte[] bytes, int count, Duration limit) {
    lock.lock();
    try {
      if (!isBroken && !write(bytes, count, limit)) {
        isBroken = true;
        tunnel.end(Ending.BUSY);
      }
      return frames.pass(bytes, 0, count);
    } catch (IOException broken) {
      isBroken = true;
      tunnel.end(Ending.RESOURCE_GONE);
      return frames.pass(bytes, 0, count);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the browser's close frame has come, with these bytes that go nowhere or before. */
  boolean isClosedBy(byte[] bytes, int count) {
    lock.lock();
    try {
      frames.pass(bytes, 0, count);
      return frames.isClosed();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the browser's close frame has gone up. */
  boolean isClosed() {
    return frames.isClosed();
  }

  /** Closes it, with a close frame where one can come between the others. */
  void leave() {
    if (lock.tryLock()) {
      try {
        if (!isBroken && frames.isBetween() && !frames.isClosed()) {
          getEndPoint().write(Callback.from(this::close), ByteBuffer.wrap(Ending.toResource()));
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    close();
  }

  /**
   * @return false when too many wait already
   * @throws IOException also when it does not take them within the limit
   */
  private boolean write(byte[] bytes, int count, Duration limit) throws IOException {
    Callback.Completable taken = new Callback.Completable();
    getEndPoint().write(taken, ByteBuffer.wrap(bytes, 0, count));
    if (taken.isDone()) {
      await(taken, Duration.ZERO);
      return true;
    }
    if (!tunnels.stalled().tryAcquire()) {
      return false;
    }
    try {
      await(taken, limit);
      return true;
    } finally {
      tunnels.stalled().release();
    }
  }

  private static void await(Callback.Completable taken, Duration limit) throws IOException {
    try {
      taken.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException(failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IOException(stopping);
    }
  }
}
