package io.gatehouse.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** One real PostgreSQL server for all tests of this JVM; it dies with it. */
public final class PostgresqlServer {
  private static EmbeddedPostgres server;

  private PostgresqlServer() {}

  /** A pool of connections to a new, empty database of its own. */
  public static synchronized DataSource emptyDatabase(String name) {
    try {
      if (server == null) {
        server = EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
      }
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      }
      PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
      source.setUrl(server.getJdbcUrl("postgres", name));
      JdbcConnectionPool pool = JdbcConnectionPool.create(source);
      pool.setMaxConnections(40);
      return pool;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
