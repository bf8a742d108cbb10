package io.gatehouse.gateway;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.client.OutputStreamRequestContent;

/**
 * A body on its way up: one piece at a time, the next when the last has left. Nothing of it is
 * kept.
 *
 * <p>It takes a thread of ours while it goes up: Liberty's non-blocking reads can lose their
 * wake-up when they are asked for by another thread than the one that reads, as the pace of
 * upstream demands.
 */
final class RequestBody extends OutputStreamRequestContent implements Runnable, Watch.Watched {
  private static final int PIECE = 16 * 1024;

  private final ServletInputStream in;
  private final long length;
  private final long maxBody;
  private final Pace pace;
  private final Consumer<Throwable> failed;
  private volatile boolean isStopped;
  private volatile long received;
  // guarded by this
  private boolean isOver;
  private final List<Runnable> after = new ArrayList<>();

  /**
   * @param length in bytes, or {@link UpstreamRequest#UNKNOWN}
   * @param pace that it must come at
   * @param failed told of a browser that left, sent too much or too slowly
   */
  RequestBody(
      ServletInputStream in, long length, long maxBody, Pace pace, Consumer<Throwable> failed) {
    this.in = in;
    this.length = length;
    this.maxBody = maxBody;
    this.pace = pace;
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
      giveUp(cause);
    } finally {
      over();
    }
  }

  /** Gives up what comes too slowly. Its thread is free at the next byte. */
  @Override
  public void look() {
    if (!isStopped && pace.isTooSlow()) {
      isStopped = true;
      giveUp(
          new RequestRefused(
              ErrorId.MALFORMED_REQUEST,
              "The request's body came at less than " + Pace.LEAST + " bytes a second."));
    }
  }

  /** The rest is of no use to anybody any more: the answer does not wait for it. */
  void stop() {
    isStopped = true;
    // where it is whole but for its end, which is on its way, the connection can be used again
    if (received != length) {
      fail(new IOException("answered before it had all been sent"));
    }
  }

  private void giveUp(Throwable cause) {
    fail(cause);
    failed.accept(cause);
  }

  /**
   * Whether nobody reads from the browser any more, so that its connection can be given back.
   *
   * @param then run as soon as that is so, when it is not yet, beside what others have to run then
   */
  boolean isOver(Runnable then) {
    stop();
    synchronized (this) {
      if (!isOver) {
        after.add(then);
      }
      return isOver;
    }
  }

  synchronized boolean isOver() {
    return isOver;
  }

  private void pass(OutputStream up) throws IOException {
    byte[] piece = new byte[PIECE];
    long total = 0;
    for (int count = read(piece); count >= 0; count = read(piece)) {
      total += count;
      received = total;
      if (total > maxBody) {
        throw tooLarge(maxBody);
      }
      up.write(piece, 0, count);
    }
    up.close();
  }

  /** A browser that leaves or stalls is no failure of upstream. */
  private int read(byte[] piece) {
    pace.await();
    try {
      int count = in.read(piece);
      pace.came(Math.max(0, count));
      return count;
    } catch (IOException left) {
      throw new RequestRefused(
          ErrorId.MALFORMED_REQUEST, "The request's body did not come to its end.");
    }
  }

  private void over() {
    synchronized (this) {
      isOver = true;
    }
    after.forEach(Runnable::run);
  }
}
