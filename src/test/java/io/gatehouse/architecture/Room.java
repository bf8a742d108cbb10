package io.gatehouse.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The map of the root {@code package-info}, as a table: each package, its row, and what it may
 * import of ours and of others. {@code java.*} is for everybody but for what {@link
 * PackageRulesTest} names.
 */
enum Room {
  OAUTH(0, ours(), others("com.nimbusds..")),
  CONFIG(1, ours("oauth"), others("org.eclipse.microprofile.config..")),
  OBSERVE(
      1, ours("oauth"), others("org.eclipse.microprofile.metrics..", "jakarta.enterprise.event..")),
  STORE(2, ours("oauth", "config"), others("javax.sql..", "javax.crypto..")),
  TOKEN(2, ours("oauth"), others("com.nimbusds..", "jakarta.json..")),
  SESSION(
      3,
      ours("store", "token", "oauth", "config"),
      others("com.github.benmanes.caffeine..", "jakarta.json..")),
  AUTHORIZATIONSERVER(
      3,
      ours("token", "oauth", "config", "observe"),
      others(
          "com.github.benmanes.caffeine..",
          "com.nimbusds..",
          "org.glassfish.jersey..",
          "jakarta.ws.rs..",
          "jakarta.json..",
          "javax.net.ssl..")),
  REFRESH(
      4,
      ours("session", "store", "authorizationserver", "token", "oauth", "config", "observe"),
      others()),
  WEB(
      5,
      ours("session", "refresh", "oauth", "config", "observe"),
      others(
          "jakarta.servlet..",
          "jakarta.ws.rs..",
          "jakarta.enterprise..",
          "jakarta.inject..",
          "jakarta.json..",
          "org.eclipse.microprofile.health..")),
  LOGIN(6, flow(), edge()),
  LOGOUT(6, flow(), edge()),
  GATEWAY(
      6,
      ours("web", "refresh", "session", "oauth", "config", "observe"),
      others("jakarta.servlet..", "jakarta.inject..", "org.eclipse.jetty..", "javax.net.ssl..")),
  ACCOUNT(6, ours("web", "refresh", "session", "oauth", "config", "observe"), edge()),
  RESOURCE(
      6,
      ours(),
      others(
          "jakarta.servlet..",
          "jakarta.ws.rs..",
          "jakarta.enterprise..",
          "jakarta.inject..",
          "jakarta.annotation..",
          "jakarta.json..",
          "org.eclipse.microprofile.jwt..",
          "javax.sql.."));

  static final String ROOT = "io.gatehouse";

  final int row;
  final Set<String> ours;
  final List<String> others;

  Room(int row, Set<String> ours, List<String> others) {
    this.row = row;
    this.ours = ours;
    this.others = others;
  }

  String shortName() {
    return name().toLowerCase(Locale.ROOT);
  }

  String packages() {
    return ROOT + "." + shortName() + "..";
  }

  /** Everything that may stand in an import of this room. */
  String[] mayImport() {
    Stream<String> always = Stream.of(packages(), "java..", "org.jspecify..");
    Stream<String> granted = ours.stream().map(room -> ROOT + "." + room + "..");
    return Stream.of(always, granted, others.stream())
        .flatMap(Function.identity())
        .toArray(String[]::new);
  }

  static String[] packagesOf(Predicate<Room> which) {
    return Arrays.stream(values()).filter(which).map(Room::packages).toArray(String[]::new);
  }

  static Set<String> names() {
    return Arrays.stream(values()).map(Room::shortName).collect(Collectors.toSet());
  }

  private static Set<String> ours(String... rooms) {
    return Set.of(rooms);
  }

  private static List<String> others(String... packages) {
    return List.of(packages);
  }

  private static Set<String> flow() {
    return ours(
        "web", "session", "store", "authorizationserver", "token", "oauth", "config", "observe");
  }

  private static List<String> edge() {
    return others(
        "jakarta.servlet..",
        "jakarta.ws.rs..",
        "jakarta.enterprise..",
        "jakarta.inject..",
        "jakarta.json..");
  }
}
