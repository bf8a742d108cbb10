package io.gatehouse.gateway;

import io.gatehouse.web.Answer;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * What a browser gets of one call: the protected resource's answer as it comes, or in its place
 * what went wrong. It has one end, whoever comes to it first.
 */
final class Reply {
  /** Longest answer that is kept until it is whole: it costs less, and can still be replaced. */
  private static final int SMALL = 16 * 1024;

  private final AsyncContext async;
  private final boolean isHead;
  private final ResponseFields fields;
  private final URI asked;
  private final Executor browsers;
  private final Function<Throwable, Answer> faults;
  private final IntConsumer ended;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private boolean hasBegun;
  private byte @Nullable [] small;
  private int filled;
  private volatile @Nullable ResponseBody body;
  private volatile @Nullable RequestBody upload;

  /**
   * @param fields of the answer that the browser gets to see
   * @param browsers threads that may wait for browsers to take what comes
   * @param faults what to answer when it fails
   * @param ended told once, with the status of the answer
   */
  Reply(
      AsyncContext async,
      UpstreamRequest call,
      ResponseFields fields,
      Executor browsers,
      Function<Throwable, Answer> faults,
      IntConsumer ended) {
    this.async = async;
    this.isHead = call.method().equals("HEAD");
    this.fields = fields;
    this.asked = call.address();
    this.browsers = browsers;
    this.faults = faults;
    this.ended = ended;
  }

  /** The browser's connection is given back when this has been read, too. */
  void waitsFor(RequestBody whole) {
    upload = whole;
  }

  /**
   * An answer comes: a short one is kept until it is whole, a long one passes as it comes.
   *
   * @param isKept whether it may be replaced by another, however long it is
   * @param gone told of a browser that left while it passes
   * @return whether it passes as it comes
   */
  boolean begin(Response answer, boolean isKept, Consumer<Throwable> gone) throws IOException {
    long length = answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    boolean hasNoBody = isHead || hasNoBody(answer.getStatus());
    if (hasNoBody || isKept || (length >= 0 && length <= SMALL)) {
      small = new byte[hasNoBody ? 0 : length >= 0 ? (int) Math.min(length, SMALL) : SMALL];
      filled = 0;
      return false;
    }
    beginWith(answer);
    if (length >= 0) {
      response().setContentLengthLong(length);
    }
    body = new ResponseBody(response().getOutputStream(), length < 0, browsers, gone);
    return true;
  }

  /** RFC 9110 §6.4.1. */
  private static boolean hasNoBody(int status) {
    return status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.NOT_MODIFIED_304;
  }

  private void beginWith(Response answer) {
    hasBegun = true;
    response().setStatus(answer.getStatus());
    fields.copy(answer, asked, response());
  }

  /** Whether it is too late to replace it. */
  boolean hasBegun() {
    return hasBegun;
  }

  /**
   * @param more asks for the next piece
   * @throws RequestRefused when too many wait for browsers
   */
  void take(Content.Chunk piece, Runnable more) {
    ResponseBody passing = body;
    if (passing != null) {
      pass(passing, piece, more);
    } else {
      keep(piece);
      more.run();
    }
  }

  private void pass(ResponseBody passing, Content.Chunk piece, Runnable more) {
    try {
      passing.pass(piece, more);
    } catch (RequestRefused full) {
      // as long as nothing of it has left, it can still be replaced
      hasBegun = response().isCommitted();
      throw full;
    }
  }

  private void keep(Content.Chunk piece) {
    byte[] whole = small;
    if (whole != null) {
      int count = piece.remaining();
      int kept = Math.min(count, whole.length - filled);
      piece.getByteBuffer().get(whole, filled, kept);
      // of a refusal that is longer than anybody reads nothing is kept
      small = kept < count ? new byte[0] : whole;
      filled = kept < count ? 0 : filled + kept;
    }
  }

  /** The answer is whole. */
  void end(Response whole) {
    ResponseBody passing = body;
    if (passing == null) {
      write(whole);
      return;
    }
    try {
      passing.end(this::end);
    } catch (RequestRefused full) {
      end();
    }
  }

  private void write(Response answer) {
    byte[] whole = small;
    try {
      beginWith(answer);
      if (whole != null && filled > 0) {
        response().setContentLength(filled);
        response().getOutputStream().write(whole, 0, filled);
      } else if (isHead) {
        long length = answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        if (length >= 0) {
          response().setContentLengthLong(length);
        }
      }
    } catch (IOException gone) {
      // the browser has left; there is nobody to tell
    } catch (RuntimeException failed) {
      instead(failed);
      return;
    }
    leave();
  }

  /** Answers with what went wrong instead. */
  void instead(Throwable cause) {
    try {
      response().reset();
      faults.apply(cause).writeTo(response());
    } catch (IOException | IllegalStateException gone) {
      // the browser has left; there is nobody to tell
    } finally {
      leave();
    }
  }

  /** What has begun breaks off, and the browser sees that. */
  void cut() {
    RequestBody up = upload;
    // Liberty never wakes who still reads from a connection that is cut
    if (up != null && !up.isOver(this::cut)) {
      return;
    }
    Runnable cut =
        () ->
            end(() -> Connection.cut(async.getRequest(), new IOException("the answer broke off")));
    try {
      // over TLS Liberty waits for the browser, to say so
      browsers.execute(cut);
    } catch (RequestRefused full) {
      // nor may whoever brings the answer wait for it
      Thread thread = new Thread(cut, "gatehouse-cut");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * Ends with what has been said, which leaves at once where the request has not yet come whole:
   * completing it waits for that.
   */
  private void leave() {
    RequestBody up = upload;
    if (up != null && !up.isOver()) {
      try {
        ResponseBody early =
            new ResponseBody(response().getOutputStream(), false, browsers, gone -> {});
        body = early;
        early.end(() -> {});
      } catch (IOException | RequestRefused later) {
        // it leaves when it is complete
      }
    }
    end();
  }

  /** Nothing more is said. */
  void end() {
    end(() -> {});
  }

  private void end(Runnable last) {
    if (isOver.compareAndSet(false, true)) {
      int status = response().getStatus();
      last.run();
      ended.accept(status);
      complete();
    }
  }

  /** Not while another thread reads from the browser or writes to it. */
  private void complete() {
    RequestBody up = upload;
    ResponseBody down = body;
    if ((up == null || up.isOver(this::complete))
        && (down == null || down.isOver(this::complete))) {
      async.complete();
    }
  }

  private HttpServletResponse response() {
    return (HttpServletResponse) async.getResponse();
  }
}
