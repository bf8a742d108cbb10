package io.gatehouse.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQL on one connection, within a time limit. <code>{now}</code> in it stands for the database's
 * time in milliseconds since 1970: whole numbers compare and add up the same way in every engine,
 * which timestamps and intervals do not.
 */
final class Statements {
  static final int SECONDS = 2;

  /** Reads one row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final String now;

  /**
   * @param now SQL expression for the database's time
   */
  Statements(Connection connection, String now) {
    this.connection = connection;
    this.now = now;
  }

  /** Places for a list of values: {@code ?, ?, ?}. */
  static String marks(int values) {
    return String.join(", ", Collections.nCopies(values, "?"));
  }

  int update(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<T> read = new ArrayList<>();
      while (rows.next()) {
        read.add(reader.read(rows));
      }
      return read;
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.replace("{now}", now));
    try {
      statement.setQueryTimeout(SECONDS);
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }
}
