package io.gatehouse.store;

import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;

/** The same contract on a real PostgreSQL server, started here. */
class PostgresqlSessionTableTest extends SessionTableContract {
  private static DataSource dataSource;

  @BeforeAll
  static void server() {
    dataSource = PostgresqlServer.emptyDatabase("contract");
  }

  @Override
  TestDatabase open() {
    return TestDatabase.on(dataSource);
  }
}
