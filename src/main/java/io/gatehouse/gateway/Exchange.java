package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration.Limits;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.web.Answer;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way to a protected resource and back. No thread waits for the resource: it goes
 * on whenever one of the two sides has something to say, and {@link #onComplete} is its one end.
 */
final class Exchange
    implements Response.HeadersListener,
        Response.AsyncContentListener,
        Response.SuccessListener,
        Response.CompleteListener,
        CyclicTimeouts.Expirable {
  /** Longest answer that is kept until it is whole: it costs less, and can still be replaced. */
  private static final int SMALL = 16 * 1024;

  private final Upstream upstream;
  private final Passage passage;
  private final Limits limits;
  private final UpstreamRequest call;
  private final AsyncContext async;
  private final Bearer bearer;
  private final Executor uploads;
  private final Executor browsers;
  private final Function<Throwable, Answer> faults;
  private final Watch watch;
  private final IntConsumer ended;
  private final AtomicBoolean isOver = new AtomicBoolean();

  private volatile @Nullable Request sent;
  private volatile boolean hasAnswered;
  private volatile long deadline = Long.MAX_VALUE;
  private Optional<Secret> token = Optional.empty();
  private boolean isRepeated;
  private boolean isSentAgain;
  private boolean isRefused;
  private boolean hasBegun;
  private boolean isWhole;
  private byte @Nullable [] small;
  private int filled;
  private volatile @Nullable ResponseBody body;
  private @Nullable RequestBody upload;
  private volatile Watch.@Nullable Watched watched;

  /**
   * @param uploads threads for bodies on their way up
   * @param browsers threads that may wait for browsers to take what comes
   * @param faults what to answer when it fails
   * @param watch for bodies that take long, either way
   * @param ended told once, with the status of the answer
   */
  Exchange(
      Upstream upstream,
      Passage passage,
      UpstreamRequest call,
      AsyncContext async,
      Bearer bearer,
      Executor uploads,
      Executor browsers,
      Function<Throwable, Answer> faults,
      Watch watch,
      IntConsumer ended) {
    this.upstream = upstream;
    this.passage = passage;
    this.limits = passage.route().limits();
    this.call = call;
    this.async = async;
    this.bearer = bearer;
    this.uploads = uploads;
    this.browsers = browsers;
    this.faults = faults;
    this.watch = watch;
    this.ended = ended;
  }

  /** Sends it with a token that is good now, as soon as there is one. */
  void begin() {
    try {
      bearer.have(this::send, this::refuse);
    } catch (RuntimeException failed) {
      // whoever began it is not asked again: it must end here
      refuse(failed);
    }
  }

  private void send(Optional<Secret> with) {
    token = with;
    isRefused = false;
    isWhole = false;
    hasAnswered = false;
    Request request = upstream.request(call, limits.idleTimeout());
    // last, over everything else (rule 21)
    with.ifPresent(
        value ->
            request.headers(
                fields -> fields.put(HttpHeader.AUTHORIZATION, "Bearer " + value.reveal())));
    sent = request;
    if (!call.hasBody()) {
      awaitAnswer();
      request.send(this);
      return;
    }
    try {
      RequestBody content =
          new RequestBody(
              async.getRequest().getInputStream(),
              call.length(),
              limits.maxBody(),
              new Pace(System::nanoTime),
              this::abort);
      Watch.Watched session = ofSession();
      uploads.execute(
          () ->
              watch.during(
                  content,
                  () -> {
                    content.look();
                    session.look();
                  }));
      upload = content;
      request.body(content).onRequestSuccess(whole -> awaitAnswer());
      request.send(this);
    } catch (IOException | RequestRefused nothingSent) {
      refuse(nothingSent);
    }
  }

  @Override
  public void onHeaders(Response answer) {
    hasAnswered = true;
    upstream.answered(this);
    int status = answer.getStatus();
    if (status < HttpStatus.OK_200) {
      abort(new IllegalStateException("an answer that switches protocols"));
      return;
    }
    if (status == HttpStatus.UNAUTHORIZED_401 || status == HttpStatus.FORBIDDEN_403) {
      Challenge challenge = Challenge.of(answer);
      Optional<Fault> wanted = passage.wanted(challenge, bearer.session());
      if (wanted.isPresent()) {
        abort(wanted.get());
        return;
      }
      if (status == HttpStatus.UNAUTHORIZED_401 && token.isPresent() && !isRepeated) {
        isRepeated = true;
        isRefused = call.isRepeatable();
        if (!isRefused) {
          // it has been sent and may have been done: the next call will do better
          bearer.renew();
        }
      }
    }
    try {
      prepare(answer);
    } catch (RuntimeException failed) {
      abort(failed);
    }
  }

  private void prepare(Response answer) {
    long length = answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    boolean hasNoBody = call.method().equals("HEAD") || hasNoBody(answer.getStatus());
    if (hasNoBody || isRefused || (length >= 0 && length <= SMALL)) {
      small = new byte[hasNoBody ? 0 : length >= 0 ? (int) Math.min(length, SMALL) : SMALL];
      filled = 0;
      return;
    }
    beginAnswer(answer);
    if (length >= 0) {
      response().setContentLengthLong(length);
    }
    try {
      body = new ResponseBody(response().getOutputStream(), length < 0, browsers, this::left);
      Watch.Watched lasting = ofSession();
      watched = lasting;
      watch.begin(lasting);
    } catch (IOException gone) {
      abort(gone);
    }
  }

  /** Ends the call with its session; one that would be the same for anybody goes on. */
  private Watch.Watched ofSession() {
    return bearer.goesWithSession()
        ? new LongBody(
            bearer::isSessionOver,
            () ->
                abort(
                    new RequestRefused(
                        ErrorId.SESSION_ENDED, "It ended before this was done. Sign in again.")))
        : () -> {};
  }

  /** RFC 9110 §6.4.1. */
  private static boolean hasNoBody(int status) {
    return status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.NOT_MODIFIED_304;
  }

  private void beginAnswer(Response answer) {
    hasBegun = true;
    response().setStatus(answer.getStatus());
    passage.responseFields().copy(answer, call.address(), response());
  }

  @Override
  public void onContent(Response answer, Content.Chunk piece, Runnable more) {
    ResponseBody streaming = body;
    if (streaming != null) {
      try {
        streaming.pass(piece, more);
      } catch (RequestRefused full) {
        // as long as nothing of it has left, it can still be replaced
        hasBegun = response().isCommitted();
        abort(full);
      }
      return;
    }
    byte[] whole = small;
    if (whole != null) {
      int count = piece.remaining();
      int kept = Math.min(count, whole.length - filled);
      piece.getByteBuffer().get(whole, filled, kept);
      // of a refusal that is longer than anybody reads nothing is kept
      small = kept < count ? new byte[0] : whole;
      filled = kept < count ? 0 : filled + kept;
    }
    more.run();
  }

  @Override
  public void onSuccess(Response answer) {
    isWhole = true;
    if (upload != null) {
      // answered before it had all been sent, perhaps
      upload.stop();
    }
  }

  @Override
  public void onComplete(Result result) {
    upstream.answered(this);
    ResponseBody streaming = body;
    if (!isWhole) {
      failed(result.getFailure());
    } else if (isRefused) {
      bearer.younger(this::send, () -> answer(result.getResponse()), this::refuse);
    } else if (streaming != null) {
      endStream(streaming);
    } else {
      answer(result.getResponse());
    }
  }

  private void endStream(ResponseBody whole) {
    try {
      whole.end(this::end);
    } catch (RequestRefused full) {
      end();
    }
  }

  private void answer(Response whole) {
    try {
      answerWhole(whole);
    } catch (RuntimeException failed) {
      refuse(failed);
    }
  }

  private void answerWhole(Response answer) {
    byte[] whole = small;
    beginAnswer(answer);
    try {
      if (whole != null && filled > 0) {
        response().setContentLength(filled);
        response().getOutputStream().write(whole, 0, filled);
      } else if (call.method().equals("HEAD")) {
        long length = answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        if (length >= 0) {
          response().setContentLengthLong(length);
        }
      }
    } catch (IOException gone) {
      // the browser has left; there is nobody to tell
    }
    leave();
  }

  private void failed(Throwable cause) {
    if (hasBegun) {
      // too late for an answer
      inTheRoom(
          () ->
              end(
                  () ->
                      Connection.cut(async.getRequest(), new IOException("the answer broke off"))));
    } else if (!isSentAgain && !hasAnswered && call.isRepeatable() && isOfTheConnection(cause)) {
      // most likely a kept connection that the other side had just given up
      isSentAgain = true;
      send(token);
    } else {
      refuse(fault(cause, upstream, passage.route().id()));
    }
  }

  /** To cut a connection over TLS Liberty waits for the browser, to say so. */
  private void inTheRoom(Runnable task) {
    try {
      browsers.execute(task);
    } catch (RequestRefused full) {
      task.run();
    }
  }

  private static boolean isOfTheConnection(Throwable cause) {
    return cause instanceof IOException && !(cause instanceof ConnectException);
  }

  /** Answers with what went wrong instead. */
  private void refuse(Throwable cause) {
    try {
      response().reset();
      faults.apply(cause).writeTo(response());
    } catch (IOException | IllegalStateException gone) {
      // the browser has left; there is nobody to tell
    } finally {
      leave();
    }
  }

  /** What went wrong with a call, in our own words. */
  static Fault fault(Throwable cause, Upstream upstream, String route) {
    if (cause instanceof Fault fault) {
      return fault;
    }
    if (cause instanceof TimeoutException) {
      return new RequestRefused(
          ErrorId.UPSTREAM_TIMEOUT, "It did not answer within its time limit; try again later.");
    }
    upstream.log(route, cause);
    return new RequestRefused(
        ErrorId.UPSTREAM_UNREACHABLE,
        "It does not answer, or not as a web server does; try again later.");
  }

  /**
   * Ends it with what has been said, which leaves at once where the request has not yet come whole:
   * completing it waits for that.
   */
  private void leave() {
    if (upload != null && !upload.isOver()) {
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

  private void end() {
    end(() -> {});
  }

  private void end(Runnable last) {
    if (isOver.compareAndSet(false, true)) {
      Watch.Watched lasting = watched;
      if (lasting != null) {
        watch.end(lasting);
      }
      int status = response().getStatus();
      last.run();
      ended.accept(status);
      complete();
    }
  }

  /** Not while another thread reads from the browser or writes to it. */
  private void complete() {
    ResponseBody down = body;
    if ((upload == null || upload.isOver(this::complete))
        && (down == null || down.isOver(this::complete))) {
      async.complete();
    }
  }

  /** The browser has left: upstream need not go on. */
  private void left(Throwable cause) {
    abort(cause);
    end();
  }

  private void abort(Throwable cause) {
    Request request = sent;
    if (request != null) {
      request.abort(cause);
    }
  }

  private void awaitAnswer() {
    deadline = System.nanoTime() + limits.timeout().toNanos();
    upstream.awaitAnswer(this);
    if (hasAnswered) {
      // it had begun before all had been sent
      upstream.answered(this);
    }
  }

  /** The answer has not begun in time. */
  void expired() {
    if (!hasAnswered) {
      abort(new TimeoutException());
    }
  }

  @Override
  public long getExpireNanoTime() {
    return deadline;
  }

  private HttpServletResponse response() {
    return (HttpServletResponse) async.getResponse();
  }
}
