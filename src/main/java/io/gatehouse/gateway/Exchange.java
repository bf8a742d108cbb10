package io.gatehouse.gateway;

import io.gatehouse.config.RouteConfiguration.Limits;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.Secret;
import io.gatehouse.web.Answer;
import io.gatehouse.web.RequestRefused;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
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
  private final Upstream upstream;
  private final Passage passage;
  private final Limits limits;
  private final UpstreamRequest call;
  private final AsyncContext async;
  private final Bearer bearer;
  private final Executor uploads;
  private final Watch watch;
  private final Reply reply;

  private volatile @Nullable Request sent;
  private volatile boolean hasAnswered;
  private volatile long deadline = Long.MAX_VALUE;
  private Optional<Secret> token = Optional.empty();
  private boolean isRepeated;
  private boolean isSentAgain;
  private boolean isRefused;
  private boolean isWhole;
  private @Nullable RequestBody upload;
  private volatile Watch.Watched watched = () -> {};

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
    this.watch = watch;
    this.reply =
        new Reply(
            async,
            call,
            passage.responseFields(),
            browsers,
            faults,
            status -> {
              watch.end(watched);
              ended.accept(status);
            });
  }

  /** Sends it with a token that is good now, as soon as there is one. */
  void begin() {
    try {
      bearer.have(this::send, reply::instead);
    } catch (RuntimeException failed) {
      // whoever began it is not asked again: it must end here
      reply.instead(failed);
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
      reply.waitsFor(content);
      request.body(content).onRequestSuccess(whole -> awaitAnswer());
      request.send(this);
    } catch (IOException | RequestRefused nothingSent) {
      reply.instead(nothingSent);
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
    } catch (IOException | RuntimeException failed) {
      abort(failed);
    }
  }

  private void prepare(Response answer) throws IOException {
    if (reply.begin(answer, isRefused, this::left)) {
      watched = ofSession();
      watch.begin(watched);
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

  @Override
  public void onContent(Response answer, Content.Chunk piece, Runnable more) {
    try {
      reply.take(piece, more);
    } catch (RequestRefused full) {
      // not in its own words: the resource has been asked, and may have done something
      abort(
          new RequestRefused(
              full.id(),
              "The answer is long, and there is no room for it just now. What was asked for may have"
                  + " been done.",
              full.retryAfter()));
    }
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
    Response answer = result.getResponse();
    if (!isWhole) {
      failed(result.getFailure());
    } else if (isRefused) {
      bearer.younger(this::send, () -> reply.end(answer), reply::instead);
    } else {
      reply.end(answer);
    }
  }

  private void failed(Throwable cause) {
    if (reply.hasBegun()) {
      reply.cut();
    } else if (!isSentAgain && !hasAnswered && call.isRepeatable() && isOfTheConnection(cause)) {
      // most likely a kept connection that the other side had just given up
      isSentAgain = true;
      send(token);
    } else {
      reply.instead(fault(cause, upstream, passage.route().id()));
    }
  }

  private static boolean isOfTheConnection(Throwable cause) {
    return cause instanceof IOException && !(cause instanceof ConnectException);
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

  /** The browser has left: upstream need not go on. */
  private void left(Throwable cause) {
    abort(cause);
    reply.end();
  }

  private void abort(Throwable cause) {
    Request request = sent;
    if (request != null) {
      var unused = request.abort(cause);
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
}
