package io.gatehouse.store;

import io.gatehouse.oauth.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** Connections of the container's pool, each given back after its work. */
final class Connections {
  /**
   * A pooled connection that was ended with the server it led to, or after it: another one is worth
   * a try, also for a change.
   */
  private static final Set<String> NOTHING_HAPPENED = Set.of("57P01", "08003");

  private final DataSource dataSource;
  private final Optional<String> user;
  private final Optional<Secret> password;

  Connections(DataSource dataSource, Optional<String> user, Optional<Secret> password) {
    this.dataSource = dataSource;
    this.user = user;
    this.password = password;
  }

  <T> T lend(Database.Borrower<T> borrower) {
    try {
      return once(borrower);
    } catch (SQLException e) {
      if (!NOTHING_HAPPENED.contains(String.valueOf(e.getSQLState()))) {
        throw new StoreUnavailable(e);
      }
    }
    try {
      return once(borrower);
    } catch (SQLException e) {
      throw new StoreUnavailable(e);
    }
  }

  private <T> T once(Database.Borrower<T> borrower) throws SQLException {
    boolean isDone = false;
    try (Connection connection = connect()) {
      // what the driver has by itself is for the making of a connection, which takes several reads
      connection.setNetworkTimeout(Runnable::run, Statements.SECONDS * 1000);
      T result = borrower.use(connection);
      isDone = true;
      return result;
    } catch (SQLException e) {
      if (isDone) {
        throw new StoreUnavailable(e); // it could only not be given back, whatever the failure says
      }
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    return user.isPresent()
        ? dataSource.getConnection(user.get(), password.map(Secret::reveal).orElse(""))
        : dataSource.getConnection();
  }
}
