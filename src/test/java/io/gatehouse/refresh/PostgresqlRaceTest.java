package io.gatehouse.refresh;

import io.gatehouse.store.PostgresqlServer;
import io.gatehouse.store.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;

/** The same races on a real PostgreSQL server, started here. */
class PostgresqlRaceTest extends RaceContract {
  private static DataSource dataSource;

  @BeforeAll
  static void server() {
    dataSource = PostgresqlServer.emptyDatabase("races");
  }

  @Override
  TestDatabase open() {
    return TestDatabase.on(dataSource);
  }
}
