package io.gatehouse.gateway;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way down: one piece at a time, the next is asked for when the browser has taken the
 * last. Nothing of it is kept.
 */
final class ResponseBody implements WriteListener {
  private final ServletOutputStream out;
  private final boolean isFlushed;
  private final Runnable done;
  private final Consumer<Throwable> gone;
  private byte[] bytes = new byte[0];
  private @Nullable Runnable demand;
  private int length;
  private boolean hasBegun;
  private boolean isUnflushed;
  private boolean hasEnded;
  private boolean isOver;

  /**
   * @param isFlushed whether each piece leaves at once, since nobody knows when the next comes
   * @param gone told once, of a browser that left
   */
  ResponseBody(
      ServletOutputStream out, boolean isFlushed, Runnable done, Consumer<Throwable> gone) {
    this.out = out;
    this.isFlushed = isFlushed;
    this.done = done;
    this.gone = gone;
  }

  /**
   * @param more asks for the next piece; called when this one has been taken
   */
  void pass(Content.Chunk piece, Runnable more) {
    synchronized (this) {
      length = piece.remaining();
      if (bytes.length < length) {
        bytes = new byte[length];
      }
      piece.getByteBuffer().get(bytes, 0, length);
      demand = more;
    }
    write();
  }

  /** Nothing more comes. */
  void end() {
    synchronized (this) {
      hasEnded = true;
    }
    write();
  }

  @Override
  public void onWritePossible() {
    write();
  }

  @Override
  public void onError(Throwable cause) {
    synchronized (this) {
      if (isOver) {
        return;
      }
      isOver = true;
    }
    gone.accept(cause);
  }

  private void write() {
    try {
      Runnable next = writeWhatIsThere();
      if (next != null) {
        next.run();
      }
    } catch (IOException | RuntimeException e) {
      onError(e);
    }
  }

  private synchronized @Nullable Runnable writeWhatIsThere() throws IOException {
    while (!isOver && out.isReady()) {
      if (length > 0) {
        int count = length;
        length = 0;
        out.write(bytes, 0, count);
        isUnflushed = isFlushed;
      } else if (isUnflushed) {
        out.flush();
        // Liberty keeps what the first flush finds until the next write
        isUnflushed = !hasBegun;
        hasBegun = true;
      } else if (hasEnded) {
        isOver = true;
        return done;
      } else {
        Runnable next = demand;
        demand = null;
        return next;
      }
    }
    return null;
  }
}
