package io.gatehouse.authorizationserver;

import io.gatehouse.authorizationserver.NoAnswer.FencedException;
import io.gatehouse.authorizationserver.NoAnswer.Sent;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * One request on its way: how much time is left, and whether its body has begun to leave. The body
 * is asked for when the connection stands, so a request that fails earlier was certainly not sent,
 * and the fence is asked at the last possible moment.
 */
final class Dispatch {
  private final RefreshFence fence;
  private final long deadline;
  private volatile Sent sent = Sent.NO;

  Dispatch(Duration limit, RefreshFence fence) {
    this.fence = fence;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  Sent sent() {
    return sent;
  }

  BodyPublisher guard(byte[] body) {
    BodyPublisher publisher = BodyPublishers.ofByteArray(body);
    return BodyPublishers.fromPublisher(
        subscriber -> {
          if (remaining().isZero()) {
            refuse(subscriber);
          } else if (!fence.holds()) {
            // what has left once may be there, whatever is asked for later
            sent = sent == Sent.MAYBE ? Sent.MAYBE : Sent.FENCED;
            refuse(subscriber);
          } else {
            sent = Sent.MAYBE;
            publisher.subscribe(subscriber);
          }
        },
        body.length);
  }

  private static void refuse(Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(new FencedException());
  }
}
