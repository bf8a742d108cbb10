package io.gatehouse.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The tables, by version: {@code schema/1.sql} and so on, which a database administrator can also
 * run by hand. A newer version than ours is fine, so that nodes can be upgraded one by one: a
 * version only ever adds.
 */
public final class Schema {
  private static final int VERSION = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Database database;

  public Schema(Database database) {
    this.database = database;
  }

  /** Brings the tables up to our version; nodes that start together may all try. */
  public void create() {
    int installed = installed();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (installed < VERSION) {
      try {
        run(installed + 1);
        installed = installed();
      } catch (StoreUnavailable perhapsAnotherNodeIsAtIt) {
        // DDL is no transaction in every engine: two nodes can trip over each other halfway
        if (System.nanoTime() - end > 0) {
          throw perhapsAnotherNodeIsAtIt;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        installed = installedMeanwhile(installed);
      }
    }
  }

  /** What another node is just changing cannot always be read. */
  private int installedMeanwhile(int before) {
    try {
      return installed();
    } catch (StoreUnavailable locked) {
      return before;
    }
  }

  /** Refuses to go on with tables that are missing or too old. */
  public void verify() {
    int installed = installed();
    if (installed < VERSION) {
      throw new IllegalStateException(
          "The database has schema version "
              + installed
              + ", expected at least "
              + VERSION
              + ". Run schema/*.sql or set gatehouse.session.jdbc-create-schema=true.");
    }
  }

  private int installed() {
    boolean present =
        !database
            .query(
                "SELECT 1 FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA"
                    + " AND LOWER(table_name) = ?",
                row -> true,
                "gatehouse_schema")
            .isEmpty();
    return present
        ? database
            .query("SELECT COALESCE(MAX(version), 0) FROM gatehouse_schema", row -> row.getInt(1))
            .get(0)
        : 0;
  }

  private void run(int version) {
    List<String> statements = statements("/schema/" + version + ".sql");
    database.transaction(
        sql -> {
          for (String statement : statements) {
            sql.update(statement);
          }
          return version;
        });
  }

  private static List<String> statements(String resource) {
    try (InputStream in = Schema.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing in this build: " + resource);
      }
      String text =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.replaceFirst("--.*", ""))
              .collect(Collectors.joining("\n"));
      return Arrays.stream(text.split(";", -1)).filter(part -> !part.isBlank()).toList();
    } catch (IOException e) {
      throw new IllegalStateException("unreadable in this build: " + resource, e);
    }
  }
}
