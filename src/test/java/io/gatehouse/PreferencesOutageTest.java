package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.resource.Preferences;
import io.gatehouse.store.Database;
import io.gatehouse.store.TestDatabase;
import io.gatehouse.store.UnreliableDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Preferences and sessions share one database, and what is known of its outages. */
class PreferencesOutageTest {
  private final TestDatabase tables = TestDatabase.h2();
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile boolean isSilent;

  /** Keeps everybody waiting before it fails. */
  private final UnreliableDataSource silent =
      new UnreliableDataSource(tables.dataSource()) {
        @Override
        public Connection getConnection() throws SQLException {
          attempts.incrementAndGet();
          if (isSilent) {
            LockSupport.parkNanos(600_000_000);
            throw new SQLException("no answer", "08001");
          }
          return super.getConnection();
        }
      };

  private final Database database = tables.database(silent);
  private final Preferences preferences = new Wiring().preferences(database);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void who_asks_for_preferences_does_not_wait_for_what_others_found_out() {
    isSilent = true;
    assertThat(database.usable()).isFalse();
    assertThat(attempts).hasValue(1);

    assertThatThrownBy(preferences::create).isInstanceOf(RuntimeException.class);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void who_waited_for_preferences_in_vain_spares_the_others() {
    isSilent = true;
    assertThatThrownBy(preferences::create).isInstanceOf(RuntimeException.class);
    assertThat(attempts).hasValue(1);

    assertThat(database.usable()).isFalse();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void connections_that_were_lent_are_given_back() {
    for (int i = 0; i < 100; i++) {
      preferences.create();
    }
    assertThat(database.usable()).isTrue();
  }
}
