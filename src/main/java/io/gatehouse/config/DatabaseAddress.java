package io.gatehouse.config;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JDBC URL of a database, as far as it says how to get there. */
final class DatabaseAddress {
  /** Without {@code //} the driver goes to this machine. */
  private static final String ELSEWHERE = "jdbc:postgresql://";

  /** {@code ssl} alone or {@code true} means {@code verify-full}. */
  private static final Pattern CHOSEN =
      Pattern.compile("(?:.*&)?(?:sslmode=.*|ssl|ssl=(?:true)?)(?:&.*)?");

  private DatabaseAddress() {}

  /**
   * Whether the driver asks for TLS and goes on without it where it is not offered in time: over a
   * network, and without the operator having said so.
   */
  static boolean mayGoInTheClear(String jdbcUrl) {
    if (!jdbcUrl.startsWith(ELSEWHERE)) {
      return false;
    }
    String[] address = jdbcUrl.substring(ELSEWHERE.length()).split("\\?", 2);
    String hosts = address[0].split("/", 2)[0];
    boolean isHere =
        Stream.of(hosts.split(","))
            .map(host -> host.replaceFirst(":[0-9]*$", ""))
            .allMatch(host -> host.isEmpty() || Addresses.isLoopback(host));
    return !isHere && !(address.length > 1 && CHOSEN.matcher(address[1]).matches());
  }
}
