package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseFileTest {
  @TempDir Path directory;
  private Path file;
  private JdbcDataSource source;

  @BeforeEach
  void written() throws SQLException {
    file = directory.resolve("gatehouse.mv.db");
    source = new JdbcDataSource();
    source.setURL("jdbc:h2:file:" + directory.resolve("gatehouse") + ";MODE=PostgreSQL");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE known AS SELECT x, REPEAT('x', 200) FROM SYSTEM_RANGE(1, 99)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbled", "cut short"})
  void a_damaged_file_is_kept_aside_and_an_empty_one_opens(String how) throws IOException {
    byte[] damaged = damage(how);
    assertThat(database(source).usable()).isFalse();

    check(source.getURL());

    assertThat(database(source).usable()).isTrue();
    assertThat(tables()).isEmpty();
    List<Path> kept = aside();
    assertThat(kept).hasSize(1);
    assertThat(Files.readAllBytes(kept.get(0))).isEqualTo(damaged);
  }

  @Test
  void a_file_that_opens_stays() throws IOException {
    check(source.getURL());
    assertThat(aside()).isEmpty();
    assertThat(tables()).containsExactly("KNOWN");
  }

  @Test
  void a_file_that_another_process_has_open_stays() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(database(source).usable()).isFalse();
      check(source.getURL());
    }
    assertThat(aside()).isEmpty();
    assertThat(tables()).containsExactly("KNOWN");
  }

  @Test
  void what_cannot_be_opened_as_a_file_stays() throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(database(source).usable()).isFalse();
    check(source.getURL());
    assertThat(aside()).isEmpty();
    assertThat(file).isDirectory();
  }

  @Test
  void no_file_is_touched_for_the_address_of_another_database() throws IOException {
    damage("garbled");
    check("jdbc:postgresql://127.0.0.1/" + directory.resolve("gatehouse"));
    check("jdbc:h2:tcp:/" + directory.resolve("gatehouse"));
    assertThat(aside()).isEmpty();
    assertThat(database(source).usable()).isFalse();
  }

  @Test
  void a_file_that_the_disk_does_not_give_just_now_stays() throws IOException {
    DataSource failing =
        answering(
            () -> {
              throw new SQLException("", "90028", 90028, new IOException("the disk"));
            });
    new DatabaseFile(database(failing), source.getURL()).moveAsideIfDamaged();
    assertThat(aside()).isEmpty();
    assertThat(tables()).containsExactly("KNOWN");
  }

  private static DataSource answering(Callable<Connection> connection) {
    return (DataSource)
        Proxy.newProxyInstance(
            DatabaseFileTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> connection.call());
  }

  private void check(String url) {
    new DatabaseFile(database(source), url).moveAsideIfDamaged();
  }

  /** As a node has it that has just started: without memory of an outage, however slow we are. */
  private static Database database(DataSource source) {
    return new Database(
        source, Optional.empty(), Optional.empty(), new DatabaseClock(Clock.systemUTC()));
  }

  private byte[] damage(String how) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (how.equals("garbled")) {
      new Random(1).nextBytes(bytes);
    } else {
      bytes = Arrays.copyOf(bytes, 5000);
    }
    Files.write(file, bytes);
    return bytes;
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(path -> path.toString().contains(".damaged-")).toList();
    }
  }

  private List<String> tables() {
    return database(source)
        .query(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'PUBLIC'",
            row -> row.getString(1).toUpperCase(Locale.ROOT));
  }
}
