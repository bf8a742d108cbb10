import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Measures a running Gatehouse from outside; {@code bench/run} starts everything it needs. JDK only: {@code java
 * bench/Bench.java}. Talks to loopback addresses and to nothing else.
 */
final class Bench {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int WARM_UP_SIGN_INS = 500;

  private final URI base; // https, the address that browsers use
  private final URI plain; // http, for load: TLS would measure TLS
  private final URI issuer;
  private final String clientId;
  private final String clientSecret;
  private final String resource;
  private final ProcessHandle server;
  private final HttpClient http;

  private Bench(Map<String, String> options) throws Exception {
    base = loopback(options.get("base"));
    plain = loopback(options.get("plain"));
    issuer = loopback(options.get("issuer"));
    clientId = options.get("client-id");
    clientSecret = options.get("client-secret");
    resource = options.getOrDefault("resource", "");
    server = ProcessHandle.of(Long.parseLong(options.get("pid"))).orElseThrow();
    http =
        HttpClient.newBuilder()
            .sslContext(trustingAnybody())
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (String arg : args) {
      String[] pair = arg.replaceFirst("^--", "").split("=", 2);
      options.put(pair[0], pair.length == 2 ? pair[1] : "");
    }
    Bench bench = new Bench(options);
    int signIns = Integer.parseInt(options.getOrDefault("sign-ins", "1000"));
    Load load =
        new Load(
            Integer.parseInt(options.getOrDefault("connections", "32")),
            Integer.parseInt(options.getOrDefault("warm-up", "20")),
            Integer.parseInt(options.getOrDefault("seconds", "10")),
            Integer.parseInt(options.getOrDefault("rounds", "3")));
    String session = bench.signIns(signIns);
    bench.requests(load, session);
  }

  // ---- sign-in

  /** One after the other; tells time, CPU and memory, and returns a session's Cookie header. */
  private String signIns(int count) throws Exception {
    int warmUp = Math.min(WARM_UP_SIGN_INS, count);
    for (int i = 0; i < warmUp; i++) {
      signIn();
    }
    double[] millis = new double[count];
    Duration cpuBefore = cpu();
    long compilingBefore = compilingMillis();
    String session = "";
    for (int i = 0; i < count; i++) {
      SignIn done = signIn();
      millis[i] = done.ourMillis();
      session = done.cookie();
    }
    double cpuMillis = (cpu().toNanos() - cpuBefore.toNanos()) / 1e6 / count;
    Arrays.sort(millis);
    double tokenRequest = tokenRequestMillis(50);
    System.out.printf(Locale.ROOT, "sign-ins: %d after %d to warm up%n", count, warmUp);
    System.out.printf(
        Locale.ROOT,
        "  login and callback together: p50 %.1f ms, p99 %.1f ms; of which about %.1f ms each for the token and"
            + " userinfo requests%n",
        millis[count / 2],
        millis[count * 99 / 100],
        tokenRequest);
    System.out.printf(
        Locale.ROOT,
        "  CPU of the server: %.1f ms each, of which %.1f ms are the JVM's compiler warming up%n",
        cpuMillis,
        (compilingMillis() - compilingBefore) / (double) count);
    System.out.printf(Locale.ROOT, "  resident memory afterwards: %s%n", residentMemory());
    return session;
  }

  private record SignIn(double ourMillis, String cookie) {}

  private SignIn signIn() throws Exception {
    long start = System.nanoTime();
    HttpResponse<String> login = get(base.resolve("/auth/login?return_to=/"), "");
    long ours = System.nanoTime() - start;
    String location = location(login);
    while (!location.startsWith(base.resolve("/auth/callback").toString())) {
      location = location(get(loopback(location), ""));
    }
    start = System.nanoTime();
    HttpResponse<String> callback = get(URI.create(location), cookies(login));
    ours += System.nanoTime() - start;
    if (callback.statusCode() != 200) {
      throw new IllegalStateException("callback answered " + callback.statusCode());
    }
    return new SignIn(ours / 1e6, cookies(callback));
  }

  /** The same code flow, but as the client itself: for an access token to call /api with. */
  private String accessToken() throws Exception {
    String verifier = random();
    String query =
        form(
            "response_type", "code",
            "client_id", clientId,
            "redirect_uri", base.resolve("/auth/callback").toString(),
            "scope", "openid read write",
            "state", random(),
            "nonce", random(),
            "code_challenge", sha256(verifier),
            "code_challenge_method", "S256");
    if (!resource.isEmpty()) {
      query += "&" + form("resource", resource);
    }
    String metadata =
        get(URI.create(issuer + "/.well-known/openid-configuration"), "").body();
    String location = location(get(URI.create(member(metadata, "authorization_endpoint") + "?" + query), ""));
    Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(location);
    if (!code.find()) {
      throw new IllegalStateException("no code from the authorization endpoint");
    }
    HttpRequest request =
        HttpRequest.newBuilder(loopback(member(metadata, "token_endpoint")))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8)))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    form(
                            "grant_type", "authorization_code",
                            "redirect_uri", base.resolve("/auth/callback").toString(),
                            "code_verifier", verifier)
                        + "&code=" + code.group(1)))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the token endpoint answered " + answer.statusCode());
    }
    return member(answer.body(), "access_token");
  }

  /** What one request to the provider costs, to know its share of a sign-in. */
  private double tokenRequestMillis(int count) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      accessToken();
    }
    return (System.nanoTime() - start) / 1e6 / count / 3; // metadata, authorization, token
  }

  // ---- load

  private record Load(int connections, int warmUpSeconds, int seconds, int rounds) {}

  private record Target(String name, String path, Map<String, String> headers) {}

  private void requests(Load load, String session) throws Exception {
    System.out.printf(
        Locale.ROOT,
        "requests: %d connections, %d rounds of %d s after %d s to warm up, plain HTTP, medians%n",
        load.connections(),
        load.rounds(),
        load.seconds(),
        load.warmUpSeconds());
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    Map<String, List<Double>> cpus = new LinkedHashMap<>();
    for (Target target : targets(session)) {
      run(target, load.connections(), load.warmUpSeconds());
    }
    for (int round = 0; round < load.rounds(); round++) {
      for (Target target : targets(session)) {
        Duration before = cpu();
        long done = run(target, load.connections(), load.seconds());
        double seconds = (cpu().toNanos() - before.toNanos()) / 1e9;
        rates.computeIfAbsent(target.name(), n -> new ArrayList<>()).add(done / (double) load.seconds());
        cpus.computeIfAbsent(target.name(), n -> new ArrayList<>()).add(seconds * 10_000 / done);
      }
    }
    double first = median(rates.values().iterator().next());
    System.out.printf("  %-24s%10s%10s%18s%n", "", "req/s", "x first", "CPU s/10,000");
    rates.forEach(
        (name, rate) ->
            System.out.printf(
                Locale.ROOT,
                "  %-24s%10.0f%10.2f%18.2f%n",
                name,
                median(rate),
                median(rate) / first,
                median(cpus.get(name))));
    System.out.printf(Locale.ROOT, "resident memory at the end: %s%n", residentMemory());
  }

  /** With a new access token each time, so that none runs out on the way. */
  private List<Target> targets(String session) throws Exception {
    Map<String, String> bearer = Map.of("Authorization", "Bearer " + accessToken());
    return List.of(
        new Target("unprotected profile", "/api/unprotected/profile", Map.of()),
        new Target("verified, not asked for", "/api/unprotected/profile", bearer),
        new Target("bearer-protected", "/api/v1/user/profile", bearer),
        new Target("resource metadata", "/.well-known/oauth-protected-resource", Map.of()),
        new Target("check session", "/auth/session", Map.of("Cookie", session)),
        new Target(
            "through the gateway", "/bff/v1/user/profile", Map.of("Cookie", session, "X-CSRF", "1")));
  }

  /** Closed loop: every connection asks again as soon as it is answered. Returns the answers. */
  private long run(Target target, int connections, int seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Connection[] all = new Connection[connections];
    for (int i = 0; i < connections; i++) {
      all[i] = new Connection(plain, target, end);
      all[i].start();
    }
    long done = 0;
    for (Connection connection : all) {
      connection.join(TimeUnit.SECONDS.toMillis(seconds + 30L));
      if (connection.failure != null || connection.isAlive()) {
        throw new IllegalStateException(target.name() + " failed", connection.failure);
      }
      done += connection.done;
    }
    return done;
  }

  private static final class Connection extends Thread {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private final URI to;
    private final byte[] request;
    private final long end;
    private volatile long done;
    private volatile Exception failure;

    Connection(URI to, Target target, long end) {
      this.to = to;
      this.end = end;
      String headers =
          target.headers().entrySet().stream()
              .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
              .collect(Collectors.joining());
      this.request =
          ("GET " + target.path() + " HTTP/1.1\r\nHost: " + to.getAuthority() + "\r\n" + headers + "\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      setDaemon(true);
    }

    @Override
    public void run() {
      try (Socket socket = new Socket(to.getHost(), to.getPort())) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
        while (System.nanoTime() < end) {
          out.write(request);
          answer(in);
          done++;
        }
      } catch (Exception e) {
        failure = e;
      }
    }

    private static void answer(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder(512);
      while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("connection closed after " + head.length() + " bytes of header");
        }
        head.append((char) next);
      }
      if (!head.substring(0, 12).endsWith(" 200")) {
        throw new IOException("answered " + head.substring(0, Math.min(12, head.length())));
      }
      Matcher length = LENGTH.matcher(head);
      if (!length.find()) {
        throw new IOException("an answer without Content-Length");
      }
      in.skipNBytes(Long.parseLong(length.group(1)));
    }
  }

  // ---- the process

  private Duration cpu() {
    return server.info().totalCpuDuration().orElseThrow();
  }

  /** CPU of the threads that compile bytecode: what a server that has run for an hour no longer spends. */
  private long compilingMillis() throws IOException {
    Path tasks = Path.of("/proc/" + server.pid() + "/task");
    if (!Files.exists(tasks)) {
      return 0;
    }
    long ticks = 0;
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        String stat = stat(thread);
        // proc(5): the name in parentheses, then utime and stime as the 12th and 13th field, in hundredths of a second
        if (stat.matches("(?s)\\d+ \\(C[12] Comp.*")) {
          String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
          ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    }
    return ticks * 10;
  }

  private static String stat(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (NoSuchFileException | FileNotFoundException gone) {
      return "";
    }
  }

  private String residentMemory() throws IOException {
    Path status = Path.of("/proc/" + server.pid() + "/status");
    if (!Files.exists(status)) {
      return "unknown (no /proc here)";
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MiB";
      }
    }
    return "unknown";
  }

  // ---- small things

  private HttpResponse<String> get(URI uri, String cookies) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(loopback(uri.toString()))
            .timeout(Duration.ofSeconds(20))
            .header("Accept", "text/html")
            .header("Sec-Fetch-Mode", "navigate");
    if (!cookies.isEmpty()) {
      request.header("Cookie", cookies);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String location(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Location")
        .orElseThrow(() -> new IllegalStateException(answer.uri().getPath() + " answered " + answer.statusCode()));
  }

  private static String cookies(HttpResponse<?> answer) {
    return answer.headers().allValues("Set-Cookie").stream()
        .map(cookie -> cookie.split(";", 2)[0])
        .filter(cookie -> !cookie.endsWith("="))
        .collect(Collectors.joining("; "));
  }

  private static String member(String json, String name) {
    Matcher member = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"").matcher(json);
    if (!member.find()) {
      throw new IllegalStateException("no " + name);
    }
    return member.group(1).replace("\\/", "/");
  }

  private static String form(String... pairs) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(pairs[i])
          .append('=')
          .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  private static String random() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  private static String sha256(String text) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Load belongs on one's own machine: anything but loopback is refused. */
  private static URI loopback(String address) throws IOException {
    URI uri = URI.create(address);
    if (!InetAddress.getByName(uri.getHost()).isLoopbackAddress()) {
      throw new IllegalArgumentException("not a loopback address: " + uri.getHost());
    }
    return uri;
  }

  /** The server's certificate is its own; on loopback there is nobody in between. */
  private static SSLContext trustingAnybody() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, RANDOM);
    return context;
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
