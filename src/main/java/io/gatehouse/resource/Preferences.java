package io.gatehouse.resource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The table of preferences, one row for each issuer and subject (OpenID Connect Core §2: only the
 * two together name a person). Each statement is a transaction of its own; the last writer wins.
 */
public final class Preferences {
  private static final int TIMEOUT_SECONDS = 2;
  private static final String DUPLICATE_KEY = "23505";
  private static final String SYNTAX_OR_ACCESS = "42"; // class of "no such table" in both engines

  private final Connections database;

  /** Where connections come from: a data source, and who signs in at it. */
  @FunctionalInterface
  public interface Connections {
    /**
     * @throws SQLException of the borrower, or for want of a connection
     */
    void lend(Borrower<?> borrower) throws SQLException;
  }

  /** Uses a connection and gives it back. */
  @FunctionalInterface
  public interface Borrower<T> {
    T use(Connection connection) throws SQLException;
  }

  public Preferences(Connections database) {
    this.database = database;
  }

  /**
   * Creates the table if it is missing, as {@code preferences.sql} does by hand.
   *
   * @throws RuntimeException when the database is away
   */
  public void create() {
    run(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            // asked first: whoever may not create a table may not even where it exists
            return exists(statement) || statement.execute(definition());
          }
        });
  }

  UserPreferences of(String issuer, String subject) {
    return run(
        connection -> {
          try (PreparedStatement select =
              prepare(
                  connection,
                  "select display_name, locale, time_zone from user_preference"
                      + " where issuer = ? and subject = ?",
                  issuer,
                  subject)) {
            try (ResultSet row = select.executeQuery()) {
              return row.next()
                  ? new UserPreferences(row.getString(1), row.getString(2), row.getString(3))
                  : UserPreferences.NONE;
            }
          }
        });
  }

  void replace(String issuer, String subject, UserPreferences chosen) {
    run(
        connection ->
            update(connection, issuer, subject, chosen)
                || insert(connection, issuer, subject, chosen)
                || update(connection, issuer, subject, chosen));
  }

  private static boolean update(
      Connection connection, String issuer, String subject, UserPreferences chosen)
      throws SQLException {
    try (PreparedStatement update =
        prepare(
            connection,
            "update user_preference set display_name = ?, locale = ?, time_zone = ?,"
                + " updated_at = current_timestamp where issuer = ? and subject = ?",
            chosen.displayName(),
            chosen.locale(),
            chosen.timeZone(),
            issuer,
            subject)) {
      return update.executeUpdate() == 1;
    }
  }

  /** False when somebody else inserted the row meanwhile. */
  private static boolean insert(
      Connection connection, String issuer, String subject, UserPreferences chosen)
      throws SQLException {
    try (PreparedStatement insert =
        prepare(
            connection,
            "insert into user_preference"
                + " (display_name, locale, time_zone, updated_at, issuer, subject)"
                + " values (?, ?, ?, current_timestamp, ?, ?)",
            chosen.displayName(),
            chosen.locale(),
            chosen.timeZone(),
            issuer,
            subject)) {
      return insert.executeUpdate() == 1;
    } catch (SQLException e) {
      if (DUPLICATE_KEY.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable String... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(TIMEOUT_SECONDS);
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
    return statement;
  }

  private static boolean exists(Statement statement) throws SQLException {
    try {
      statement.execute("select 1 from user_preference where 1 = 0");
      return true;
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith(SYNTAX_OR_ACCESS)) {
        return false;
      }
      throw e;
    }
  }

  private static String definition() {
    try (InputStream sql =
        Objects.requireNonNull(Preferences.class.getResourceAsStream("preferences.sql"))) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("preferences.sql is part of this application", e);
    }
  }

  private <T> T run(Borrower<T> work) {
    try {
      List<T> result = new ArrayList<>(1);
      database.lend(connection -> result.add(work.use(connection)));
      return result.get(0);
    } catch (SQLException e) {
      throw Refused.storeUnreachable(e);
    }
  }
}
