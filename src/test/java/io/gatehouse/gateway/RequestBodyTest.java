package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  @Test
  void a_browser_that_leaves_is_not_taken_for_a_failure_of_upstream() {
    List<Throwable> failures = new ArrayList<>();

    new RequestBody(new Broken(), 10, 100, failures::add).run();

    assertThat(failures)
        .singleElement(InstanceOfAssertFactories.type(Fault.class))
        .satisfies(fault -> assertThat(fault.id()).isEqualTo(ErrorId.MALFORMED_REQUEST));
  }

  private static final class Broken extends ServletInputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("gone");
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      throw new IOException("gone");
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
