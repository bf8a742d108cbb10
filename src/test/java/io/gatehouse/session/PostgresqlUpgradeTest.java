package io.gatehouse.session;

import io.gatehouse.store.PostgresqlServer;
import io.gatehouse.store.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;

/** The same on a real PostgreSQL server, started here. */
class PostgresqlUpgradeTest extends UpgradeContract {
  private static DataSource dataSource;

  @BeforeAll
  static void server() {
    dataSource = PostgresqlServer.emptyDatabase("upgrade");
  }

  @Override
  TestDatabase open() {
    return TestDatabase.on(dataSource);
  }
}
