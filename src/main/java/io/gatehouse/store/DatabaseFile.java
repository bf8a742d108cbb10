package io.gatehouse.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file of an embedded H2 database. One that is damaged never opens again by itself, and a node
 * that waits for it serves nobody: it is kept under another name, and an empty one takes its place.
 */
public final class DatabaseFile {
  private static final String URL = "jdbc:h2:file:";
  private static final String SUFFIX = ".mv.db";
  private static final int CORRUPT = 90030;
  private static final int INPUT_OUTPUT = 90028;
  private static final Logger LOG = Logger.getLogger(DatabaseFile.class.getName());

  private final Database database;
  private final Optional<Path> file;

  /**
   * @param jdbcUrl of any database; only one of an H2 file, by its path, is ever acted upon
   */
  public DatabaseFile(Database database, String jdbcUrl) {
    this.database = database;
    this.file = file(jdbcUrl);
  }

  /**
   * To be called before anything is stored. Leaves alone a file that opens, that another process
   * has open, or that the system does not let us read.
   *
   * @throws UncheckedIOException when a damaged file cannot be moved
   */
  public void moveAsideIfDamaged() {
    try {
      database.now(); // needs no table, so what fails is the opening
    } catch (StoreUnavailable closed) {
      if (isDamage(closed)) {
        file.filter(Files::isRegularFile).ifPresent(this::moveAside);
      }
    }
  }

  private void moveAside(Path damaged) {
    Path kept =
        damaged.resolveSibling(
            damaged.getFileName() + ".damaged-" + database.clock().instant().getEpochSecond());
    try {
      Files.move(damaged, kept); // never over another one
    } catch (IOException e) {
      throw new UncheckedIOException("the damaged database file cannot be moved: " + damaged, e);
    }
    LOG.severe(
        () ->
            "The database file is damaged and was moved to "
                + kept
                + ". An empty one takes its place: everybody has to sign in again.");
  }

  private static boolean isDamage(Throwable failure) {
    // a file cut short counts as trouble with input and output, as does one that we may not open
    return has(failure, CORRUPT)
        || (has(failure, INPUT_OUTPUT) && causes(failure).anyMatch(EOFException.class::isInstance));
  }

  private static boolean has(Throwable failure, int code) {
    return causes(failure)
        .anyMatch(cause -> cause instanceof SQLException sql && sql.getErrorCode() == code);
  }

  private static Stream<@Nullable Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static Optional<Path> file(String jdbcUrl) {
    if (!jdbcUrl.startsWith(URL)) {
      return Optional.empty();
    }
    String name = jdbcUrl.substring(URL.length()).split(";", 2)[0];
    return Optional.of(Path.of(name + SUFFIX));
  }
}
