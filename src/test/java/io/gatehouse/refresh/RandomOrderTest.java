package io.gatehouse.refresh;

import io.gatehouse.store.PostgresqlServer;
import io.gatehouse.store.TestDatabase;
import org.junit.jupiter.api.Test;

/**
 * Lifetimes and lease in random order, by a clock of the test's. More of it: {@code
 * -Dgatehouse.test.sequences=20000}.
 */
class RandomOrderTest {
  private static final int SEQUENCES = Integer.getInteger("gatehouse.test.sequences", 50);
  private static final int STEPS = 60;

  @Test
  void whatever_happens_in_whatever_order_on_h2() {
    try (TestDatabase database = TestDatabase.h2()) {
      play(database, SEQUENCES);
    }
  }

  @Test
  void whatever_happens_in_whatever_order_on_postgresql() {
    play(TestDatabase.on(PostgresqlServer.emptyDatabase("random_order")), SEQUENCES / 10);
  }

  private static void play(TestDatabase database, int sequences) {
    for (long seed = 0; seed < sequences; seed++) {
      database.execute("DELETE FROM gatehouse_session");
      RandomWorld world = new RandomWorld(database, seed);
      try {
        for (int step = 0; step < STEPS; step++) {
          world.step();
        }
        world.calm();
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError(
            "seed " + seed + ":\n" + String.join("\n", world.history()), broken);
      }
    }
  }
}
