package io.gatehouse.authorizationserver;

import io.gatehouse.authorizationserver.NoAnswer.TooLargeException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a cap, and hangs up on anything larger. */
final class CappedBody implements BodySubscriber<byte[]> {
  private final BodySubscriber<byte[]> collected = BodySubscribers.ofByteArray();
  private int left;
  private @Nullable Subscription subscription;

  CappedBody(int cap) {
    this.left = cap;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return collected.getBody();
  }

  @Override
  public void onSubscribe(Subscription arriving) {
    subscription = arriving;
    collected.onSubscribe(arriving);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      left -= buffer.remaining();
    }
    if (left >= 0) {
      collected.onNext(buffers);
      return;
    }
    if (subscription != null) {
      subscription.cancel();
    }
    collected.onError(new TooLargeException());
  }

  @Override
  public void onError(Throwable failure) {
    collected.onError(failure);
  }

  @Override
  public void onComplete() {
    collected.onComplete();
  }
}
