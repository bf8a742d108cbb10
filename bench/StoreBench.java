import io.gatehouse.config.SessionConfiguration;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.SessionStore;
import io.gatehouse.session.TestSessions;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.Database;
import io.gatehouse.store.DatabaseClock;
import io.gatehouse.store.LeaseTable;
import io.gatehouse.store.PostgresqlServer;
import io.gatehouse.store.Schema;
import io.gatehouse.store.Presence;
import io.gatehouse.store.SessionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** Measures the session store by itself, with the classes of the product and the tests; {@code bench/store} starts it. */
final class StoreBench {
  private static final int LIVE = 1_000;
  private static final int CACHED = 5_000;

  /** As long as the tokens that providers send: a signed access token of 1.2 KB, a refresh token of 200 bytes. */
  private static final String ACCESS = "a".repeat(1_200);

  private static final String REFRESH = "r".repeat(200);

  private final Map<String, String> options;
  private final SecureRandom random = new SecureRandom();

  private StoreBench(Map<String, String> options) {
    this.options = options;
  }

  /** What is done, over and over, to one of the live sessions. */
  private record Operation(String name, Act act) {}

  @FunctionalInterface
  private interface Act {
    void on(SessionStore sessions, SessionId id);
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.replaceFirst("^--", "").split("=", 2);
      options.put(pair[0], pair.length == 2 ? pair[1] : "");
    }
    StoreBench bench = new StoreBench(options);
    for (String engine : options.getOrDefault("engines", "h2,postgresql").split(",")) {
      for (String size : options.getOrDefault("sizes", "1000,100000,1000000").split(",")) {
        bench.measure(engine, Integer.parseInt(size));
      }
    }
    bench.heap();
    System.exit(0); // the embedded server's threads would hold us
  }

  private void measure(String engine, int size) throws Exception {
    Path directory = Files.createDirectories(Path.of(options.get("directory"), engine + "-" + size));
    boolean isH2 = engine.equals("h2");
    DataSource dataSource = isH2 ? h2(directory) : PostgresqlServer.emptyDatabase("bench_" + size);
    DatabaseClock clock = new DatabaseClock(Clock.systemUTC());
    Database database = new Database(dataSource, Optional.empty(), Optional.empty(), clock);
    new Schema(database).create();
    if (!database.usable()) {
      throw new IllegalStateException(engine + " does not answer");
    }
    long empty = isH2 ? bytes(directory) : bytes(dataSource);
    SessionStore sessions = store(database, clock, Duration.ZERO);
    SessionId[] live = new SessionId[LIVE];
    for (int i = 0; i < LIVE; i++) {
      live[i] = open(sessions, clock, i);
    }
    fill(dataSource, isH2, size - LIVE);
    long full = isH2 ? bytes(directory) : bytes(dataSource);
    System.out.printf(
        Locale.ROOT,
        "%s, %,d sessions: %,d bytes each on disk%n",
        engine,
        size,
        (full - empty) / Math.max(size, LIVE));
    report(sessions, clock, live);
    if (dataSource instanceof JdbcConnectionPool pool) {
      pool.dispose();
    }
  }

  private void report(SessionStore sessions, Clock clock, SessionId[] live) throws InterruptedException {
    AtomicLong people = new AtomicLong(LIVE);
    List<Operation> operations =
        List.of(
            new Operation("read", (store, id) -> store.reread(SessionKey.of(id)).orElseThrow()),
            new Operation("list of one user", (store, id) -> store.list("acme", "user-7")),
            new Operation(
                "refresh: read, lease, commit", (store, id) -> refresh(store, clock, SessionKey.of(id))),
            new Operation(
                "open and end",
                (store, id) -> store.end(open(store, clock, (int) people.incrementAndGet()))));
    int threads = number("threads", 2);
    for (Operation operation : operations) {
      run(operation, sessions, live, threads, number("warm-up", 3));
      double[] rates = new double[number("rounds", 3)];
      for (int round = 0; round < rates.length; round++) {
        rates[round] = run(operation, sessions, live, threads, number("seconds", 3));
      }
      Arrays.sort(rates);
      System.out.printf(
          Locale.ROOT, "  %-30s%,10.0f /s (%d threads)%n", operation.name(), rates[rates.length / 2], threads);
    }
  }

  private static double run(
      Operation operation, SessionStore sessions, SessionId[] live, int threads, int seconds)
      throws InterruptedException {
    AtomicLong done = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  try {
                    operation.act().on(sessions, live[ThreadLocalRandom.current().nextInt(live.length)]);
                    done.incrementAndGet();
                  } catch (RuntimeException e) {
                    failed.incrementAndGet();
                  }
                }
              });
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(operation.name() + " failed " + failed + " times");
    }
    return done.get() * 1e9 / (System.nanoTime() - start);
  }

  /** What a refresh costs the database; two threads at one session: one of them finds it leased and goes on. */
  private static void refresh(SessionStore sessions, Clock clock, SessionKey key) {
    Session seen = sessions.reread(key).orElseThrow();
    String owner = Long.toHexString(ThreadLocalRandom.current().nextLong());
    if (sessions.leases().acquire(seen, owner, Duration.ofSeconds(30))) {
      sessions.leases().replace(sessions.leases().replacement(seen, tokens(clock)), owner);
    }
  }

  private void heap() throws Exception {
    Path directory = Files.createDirectories(Path.of(options.get("directory"), "heap"));
    DataSource dataSource = h2(directory);
    DatabaseClock clock = new DatabaseClock(Clock.systemUTC());
    Database database = new Database(dataSource, Optional.empty(), Optional.empty(), clock);
    new Schema(database).create();
    SessionStore writer = store(database, clock, Duration.ZERO);
    SessionStore cached = store(database, clock, Duration.ofHours(1));
    List<SessionId> ids = new ArrayList<>();
    for (int i = 0; i < CACHED; i++) {
      ids.add(open(writer, clock, i));
    }
    ids.forEach(writer::peek);
    long before = usedHeap();
    ids.forEach(cached::peek);
    long after = usedHeap();
    System.out.printf(
        Locale.ROOT, "near cache: %,d bytes of heap per session (%,d of them)%n", (after - before) / CACHED, CACHED);
    if (cached.peek(ids.get(0)).isEmpty()) {
      throw new IllegalStateException("nothing was cached");
    }
  }

  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static SessionId open(SessionStore sessions, Clock clock, int person) {
    return TestSessions.open(
        sessions, TestSessions.opening("user-" + person, "sid-" + person, tokens(clock)), Optional.empty());
  }

  private static Tokens tokens(Clock clock) {
    return TestSessions.tokens(clock, ACCESS, REFRESH);
  }

  private SessionStore store(Database database, Clock clock, Duration cacheMaxAge) {
    return new SessionStore(
        new SessionTable(database),
        new LeaseTable(database),
        new Presence(database, TestSessions.IDLE),
        TestSessions.sealer(),
        new SessionConfiguration(
            TestSessions.IDLE,
            TestSessions.ABSOLUTE,
            20,
            cacheMaxAge,
            Optional.empty(),
            Optional.empty(),
            true),
        clock,
        random);
  }

  /** The same text as in server.xml. */
  private static DataSource h2(Path directory) {
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:file:"
                + directory.resolve("gatehouse")
                + ";MODE=PostgreSQL;WRITE_DELAY=0;RETENTION_TIME=1000",
            "",
            "");
    pool.setMaxConnections(20);
    return pool;
  }

  /** Copies of a live session under other names, in one statement: opening a million would take hours. */
  private static void fill(DataSource dataSource, boolean isH2, int rows) throws SQLException {
    if (rows <= 0) {
      return;
    }
    String series = isH2 ? "SYSTEM_RANGE(1, %d)" : "generate_series(1, %d)";
    String number = isH2 ? "X" : "generate_series";
    String columns =
        "provider, created_at, last_used_at, idle_expires_at, absolute_expires_at, ends_at, purge_at,"
            + " access_token_expires_at, generation, refresh_state, lease_expires_at, attempts, next_refresh_at,"
            + " key_id, nonce, payload";
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(0); // H2 keeps the product's limit with the connection
      statement.execute(
          "INSERT INTO gatehouse_session (id_hash, handle, subject_index, sid_index, "
              + columns
              + ") SELECT CONCAT('filler-id-', "
              + number
              + "), CONCAT('filler-handle-', "
              + number
              + "), CONCAT('filler-subject-', "
              + number
              + "), CONCAT('filler-sid-', "
              + number
              + "), "
              + columns
              + " FROM (SELECT * FROM gatehouse_session LIMIT 1) one, "
              + series.formatted(rows)
              + (isH2 ? "" : " AS generate_series"));
      statement.execute(isH2 ? "CHECKPOINT SYNC" : "VACUUM ANALYZE gatehouse_session");
    }
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static long bytes(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_total_relation_size('gatehouse_session')")) {
      row.next();
      return row.getLong(1);
    }
  }

  private int number(String option, int usual) {
    return Integer.parseInt(options.getOrDefault(option, String.valueOf(usual)));
  }
}
