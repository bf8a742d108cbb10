package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Access tokens of the test server live for 20 seconds, and the provider rotates refresh tokens.
 */
class RefreshIT {
  private final Browser browser = new Browser();

  @Test
  void a_call_after_the_access_token_expired_goes_on_with_a_new_one() {
    browser.signIn("alice", "/account");
    Instant expiresAt = accessTokenExpiresAt();

    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> Instant.now().isAfter(expiresAt));

    assertThat(browser.fetch("GET", "/bff/v1/user/profile", null).status()).isEqualTo(200);
    assertThat(accessTokenExpiresAt()).isAfter(expiresAt);
  }

  @Test
  void refreshing_now_moves_the_expiry_and_again_and_again() {
    browser.signIn("alice", "/account");
    String first = accessTokenExpiresAt().toString();

    for (int times = 0; times < 3; times++) {
      Visit answer = browser.fetch("POST", "/auth/refresh", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().getBoolean("signed_in")).isTrue();
    }

    assertThat(accessTokenExpiresAt()).isAfterOrEqualTo(Instant.parse(first));
    assertThat(browser.fetch("GET", "/bff/v1/user/profile", null).status()).isEqualTo(200);
  }

  /** The provider takes each refresh token once only, so two requests would sign alice out. */
  @Test
  void many_refreshes_at_once_lose_nothing() throws Exception {
    browser.signIn("alice", "/account");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> calls =
          IntStream.range(0, 8)
              .<Callable<Integer>>mapToObj(
                  call -> () -> browser.fetch("POST", "/auth/refresh", "").status())
              .collect(Collectors.toList());

      for (var answer : threads.invokeAll(calls)) {
        assertThat(answer.get()).isEqualTo(200);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(browser.fetch("GET", "/bff/v1/user/profile", null).status()).isEqualTo(200);
  }

  private Instant accessTokenExpiresAt() {
    JsonObject session = browser.fetch("GET", "/auth/session?peek=true", null).json();
    return Instant.parse(session.getString("access_token_expires_at"));
  }
}
