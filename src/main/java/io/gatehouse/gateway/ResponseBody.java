package io.gatehouse.gateway;

import io.gatehouse.web.RequestRefused;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way down: one piece at a time, the next is asked for when the browser has taken the
 * last. Nothing of it is kept.
 *
 * <p>Each piece is written by a thread that may wait: Liberty 26.0.0.3 waits for the browser in
 * every write, also where a {@code WriteListener} is set (D43).
 */
final class ResponseBody {
  private final OutputStream out;
  private final boolean isFlushed;
  private final Executor room;
  private final Consumer<Throwable> gone;
  private byte[] bytes = new byte[0];
  private boolean hasBegun;
  private boolean isWriting;
  private @Nullable Runnable after;

  /**
   * @param isFlushed whether each piece leaves at once, since nobody knows when the next comes
   * @param room threads that may wait for browsers
   * @param gone told of a browser that left
   */
  ResponseBody(OutputStream out, boolean isFlushed, Executor room, Consumer<Throwable> gone) {
    this.out = out;
    this.isFlushed = isFlushed;
    this.room = room;
    this.gone = gone;
  }

  /**
   * @param more asks for the next piece; called when this one has been taken
   * @throws RequestRefused when too many wait for browsers
   */
  void pass(Content.Chunk piece, Runnable more) {
    int length = piece.remaining();
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    piece.getByteBuffer().get(bytes, 0, length);
    write(length, false, more);
  }

  /**
   * Nothing more comes. The end of the answer leaves at once, whatever of the request is to come.
   *
   * @param done called when the browser has taken it all, so that the container has not to wait
   * @throws RequestRefused when too many wait for browsers
   */
  void end(Runnable done) {
    write(0, true, done);
  }

  /**
   * Whether nobody writes to the browser any more, so that its connection can be given back.
   *
   * @param then run as soon as that is so, when it is not yet
   */
  synchronized boolean isOver(Runnable then) {
    after = then;
    return !isWriting;
  }

  private void write(int length, boolean isLast, Runnable next) {
    synchronized (this) {
      isWriting = true;
    }
    try {
      room.execute(
          () -> {
            boolean isTaken = isTaken(length, isLast);
            Runnable last = written();
            if (last != null) {
              last.run();
            } else if (isTaken) {
              next.run();
            }
          });
    } catch (RequestRefused full) {
      written();
      throw full;
    }
  }

  private synchronized @Nullable Runnable written() {
    isWriting = false;
    return after;
  }

  private boolean isTaken(int length, boolean isLast) {
    try {
      out.write(bytes, 0, length);
      if (isLast) {
        out.close();
      } else if (isFlushed) {
        out.flush();
        if (!hasBegun) {
          hasBegun = true;
          // Liberty keeps what the first flush finds until the next
          out.flush();
        }
      }
      return true;
    } catch (IOException | RuntimeException left) {
      gone.accept(left);
      return false;
    }
  }
}
