package io.gatehouse.store;

import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;

/** The same contract on a real PostgreSQL server, started here. */
class PostgresqlSignInAndOutTest extends SignInAndOutContract {
  private static DataSource dataSource;

  @BeforeAll
  static void server() {
    dataSource = PostgresqlServer.emptyDatabase("sign_in_and_out");
  }

  @Override
  TestDatabase open() {
    return TestDatabase.on(dataSource);
  }

  @Override
  boolean isWaiting(Database database, boolean hasBegun) {
    return !database
        .query(
            "SELECT 1 FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'",
            row -> true)
        .isEmpty();
  }
}
