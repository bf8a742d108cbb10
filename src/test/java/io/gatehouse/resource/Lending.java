package io.gatehouse.resource;

import java.sql.Connection;
import java.sql.SQLException;

/** Connections as they come, with nobody who keeps count of failures. */
public final class Lending {
  private Lending() {}

  /** Where they come from. */
  @FunctionalInterface
  public interface Source {
    Connection open() throws SQLException;
  }

  public static Preferences.Connections from(Source source) {
    return borrower -> {
      try (Connection connection = source.open()) {
        borrower.use(connection);
      }
    };
  }
}
