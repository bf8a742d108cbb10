package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.eclipse.jetty.client.OutputStreamRequestContent;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way up: one piece at a time, the next when the last has left. Nothing of it is
 * kept.
 *
 * <p>It takes a thread of ours while it goes up: Liberty's non-blocking reads can lose their
 * wake-up when they are asked for by another thread than the one that reads, as the pace of
 * upstream demands.
 */
final class RequestBody extends OutputStreamRequestContent implements Runnable {
  private static final int PIECE = 16 * 1024;

  private final ServletInputStream in;
  private final long length;
  private final long maxBody;
  private final Consumer<Throwable> failed;
  private volatile boolean isStopped;
  // guarded by this
  private boolean isOver;
  private @Nullable Runnable after;

  /**
   * @param length in bytes, or {@link UpstreamRequest#UNKNOWN}
   * @param failed told of a browser that left or sent too much
   */
  RequestBody(ServletInputStream in, long length, long maxBody, Consumer<Throwable> failed) {
    this.in = in;
    this.length = length;
    this.maxBody = maxBody;
    this.failed = failed;
  }

  static RequestRefused tooLarge(long maxBody) {
    return new RequestRefused(
        ErrorId.BODY_TOO_LARGE, "At most " + maxBody + " bytes are accepted at this address.");
  }

  @Override
  public long getLength() {
    return length;
  }

  /** Takes it up, from the first byte to the last. */
  @Override
  public void run() {
    try {
      pass(getOutputStream());
    } catch (IOException | RuntimeException cause) {
      fail(cause);
      failed.accept(cause);
    } finally {
      over();
    }
  }

  /** The rest is of no use to anybody any more. */
  void stop() {
    isStopped = true;
  }

  /**
   * Whether nobody reads from the browser any more, so that its connection can be given back.
   *
   * @param then run as soon as that is so, when it is not yet
   */
  synchronized boolean isOver(Runnable then) {
    stop();
    after = then;
    return isOver;
  }

  private void pass(OutputStream up) throws IOException {
    byte[] piece = new byte[PIECE];
    long received = 0;
    for (int count = read(piece); count >= 0; count = read(piece)) {
      received += count;
      if (isStopped) {
        throw new IOException("answered before it had all been sent");
      }
      if (received > maxBody) {
        throw tooLarge(maxBody);
      }
      up.write(piece, 0, count);
    }
    up.close();
  }

  /** A browser that leaves or stalls is no failure of upstream. */
  private int read(byte[] piece) {
    try {
      return in.read(piece);
    } catch (IOException left) {
      throw new RequestRefused(
          ErrorId.MALFORMED_REQUEST, "The request's body did not come to its end.");
    }
  }

  private void over() {
    Runnable next;
    synchronized (this) {
      isOver = true;
      next = after;
    }
    if (next != null) {
      next.run();
    }
  }
}
