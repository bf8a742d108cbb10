package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreferencesTest {
  private static final String ISSUER = "https://as.example";
  private static final String KEPT = ";DB_CLOSE_DELAY=-1";
  private static final UserPreferences CHOSEN = new UserPreferences("Ada", "en", "UTC");

  private final JdbcDataSource database = database();
  private final Preferences preferences = new Preferences(Lending.from(database::getConnection));

  @BeforeEach
  void table() {
    preferences.create();
  }

  @Test
  void somebody_unknown_has_chosen_nothing() {
    assertThat(preferences.of(ISSUER, "alice")).isEqualTo(UserPreferences.NONE);
  }

  @Test
  void what_was_stored_is_found_again_whole() {
    preferences.replace(ISSUER, "alice", CHOSEN);
    assertThat(preferences.of(ISSUER, "alice")).isEqualTo(CHOSEN);

    UserPreferences less = new UserPreferences(null, "de", null);
    preferences.replace(ISSUER, "alice", less);
    assertThat(preferences.of(ISSUER, "alice")).isEqualTo(less);
  }

  @Test
  void only_issuer_and_subject_together_name_a_person() {
    preferences.replace(ISSUER, "alice", CHOSEN);
    assertThat(preferences.of(ISSUER, "Alice")).isEqualTo(UserPreferences.NONE);
    assertThat(preferences.of("https://other.example", "alice")).isEqualTo(UserPreferences.NONE);
  }

  @Test
  void the_longest_allowed_values_fit() {
    UserPreferences longest =
        new UserPreferences(
            "😀".repeat(PreferencesDocument.MAX_DISPLAY_NAME), "a".repeat(35), "UTC");
    preferences.replace(ISSUER, "s".repeat(255), longest);
    assertThat(preferences.of(ISSUER, "s".repeat(255))).isEqualTo(longest);
  }

  @Test
  void a_table_that_is_there_is_used_and_never_created_again() {
    preferences.replace(ISSUER, "alice", CHOSEN);
    Preferences afterRestart = new Preferences(Lending.from(database::getConnection));
    afterRestart.create();
    assertThat(afterRestart.of(ISSUER, "alice")).isEqualTo(CHOSEN);
  }

  @Test
  void no_request_creates_the_table() {
    Preferences unprepared = new Preferences(Lending.from(database()::getConnection));
    assertThat(catchThrowableOfType(Refused.class, () -> unprepared.of(ISSUER, "alice")).refusal())
        .isEqualTo(Refusal.STORE_UNREACHABLE);
    assertThat(
            catchThrowableOfType(Refused.class, () -> unprepared.replace(ISSUER, "alice", CHOSEN))
                .refusal())
        .isEqualTo(Refusal.STORE_UNREACHABLE);
    unprepared.create();
    assertThat(unprepared.of(ISSUER, "alice")).isEqualTo(UserPreferences.NONE);
  }

  @Test
  void a_table_that_is_there_needs_no_right_to_create_one() throws Exception {
    try (Connection owner = database.getConnection();
        Statement statement = owner.createStatement()) {
      statement.execute("create user reader password ''");
      statement.execute("grant select, insert, update on user_preference to reader");
    }
    JdbcDataSource plain = new JdbcDataSource();
    plain.setURL(database.getURL().replace(KEPT, "")); // a setting that only owners may make
    Preferences restricted = new Preferences(Lending.from(() -> plain.getConnection("reader", "")));
    restricted.create();
    assertThat(restricted.of(ISSUER, "alice")).isEqualTo(UserPreferences.NONE);
  }

  @Test
  void first_writers_at_once_all_succeed_and_one_row_remains() throws Exception {
    int writers = 8;
    CyclicBarrier together = new CyclicBarrier(writers);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        writes.add(
            threads.submit(
                () -> {
                  together.await();
                  preferences.replace(ISSUER, "alice", CHOSEN);
                  return null;
                }));
      }
      for (Future<?> write : writes) {
        write.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(preferences.of(ISSUER, "alice")).isEqualTo(CHOSEN);
  }

  @Test
  void a_database_that_is_away_is_said_to_be_and_used_once_it_is_back() {
    boolean[] away = {true};
    Lending.Source shaky =
        () -> {
          if (away[0]) {
            throw new SQLException("refused", "08001");
          }
          return database.getConnection();
        };
    Preferences preferences = new Preferences(Lending.from(shaky));
    assertThat(catchThrowableOfType(Refused.class, () -> preferences.of(ISSUER, "alice")).refusal())
        .isEqualTo(Refusal.STORE_UNREACHABLE);
    away[0] = false;
    assertThat(preferences.of(ISSUER, "alice")).isEqualTo(UserPreferences.NONE);
  }

  private static JdbcDataSource database() {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + KEPT);
    return database;
  }
}
