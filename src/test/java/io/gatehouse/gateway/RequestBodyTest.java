package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private static final byte[] LEFT = new byte[0];

  private final AtomicLong nanos = new AtomicLong();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Browser browser = new Browser();
  private final RequestBody body =
      new RequestBody(browser, 10, 100, new Pace(nanos::get), failures::add);

  @Test
  void a_browser_that_leaves_is_not_taken_for_a_failure_of_upstream() {
    browser.sends.add(LEFT);
    body.run();
    assertRefused();
  }

  @Test
  void a_browser_that_is_too_slow_is_given_up_and_its_thread_free_at_the_next_byte() {
    new Thread(body).start();
    browser.awaitRead(1);
    after(Duration.ofSeconds(30));
    assertThat(failures).isEmpty();
    after(Duration.ofSeconds(1));
    assertRefused();
    after(Duration.ofSeconds(2));
    assertRefused();

    browser.sends.add(new byte[1]);
    await().until(body::isOver);
    assertThat(browser.reads).hasValue(1);
  }

  @Test
  void a_resource_that_is_slow_to_take_it_is_not_the_browsers_fault() {
    new Thread(body).start();
    browser.sends.add(new byte[1]);
    Content.Chunk taken = await().until(body::read, chunk -> chunk != null);
    after(Duration.ofHours(1));
    assertThat(failures).isEmpty();

    taken.release();
    // the next that is waited for is the browser again
    body.demand(() -> {});
    browser.awaitRead(2);
    after(Duration.ofSeconds(31));
    assertRefused();
    browser.sends.add(LEFT);
    await().until(body::isOver);
  }

  @Test
  void whoever_waits_for_its_end_is_told_however_many_they_are() {
    List<String> told = new CopyOnWriteArrayList<>();
    new Thread(body).start();
    browser.awaitRead(1);
    assertThat(body.isOver(() -> told.add("one"))).isFalse();
    assertThat(body.isOver(() -> told.add("other"))).isFalse();
    browser.sends.add(LEFT);
    await().until(() -> told.size() == 2);
    assertThat(body.isOver(() -> told.add("late"))).isTrue();
    assertThat(told).containsExactly("one", "other");
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
    body.look();
  }

  private void assertRefused() {
    assertThat(failures)
        .singleElement()
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.id()).isEqualTo(ErrorId.MALFORMED_REQUEST));
  }

  private static final class Browser extends ServletInputStream {
    private final BlockingQueue<byte[]> sends = new LinkedBlockingQueue<>();
    private final AtomicInteger reads = new AtomicInteger();

    /** Until it has been asked so often. */
    void awaitRead(int times) {
      await().until(() -> reads.get() >= times);
    }

    @Override
    public int read() {
      throw new AssertionError("byte by byte");
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      reads.incrementAndGet();
      try {
        byte[] sent = sends.take();
        if (sent.length == 0) {
          throw new IOException("gone");
        }
        System.arraycopy(sent, 0, into, from, sent.length);
        return sent.length;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new AssertionError("bodies are read by a thread that may wait (D35)");
    }
  }
}
