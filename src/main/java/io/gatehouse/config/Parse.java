package io.gatehouse.config;

import io.gatehouse.config.ClientConfiguration.AuthMethod;
import io.gatehouse.config.ClientConfiguration.ResponseMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From the text of a value to its meaning. */
final class Parse {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(KB|MB|GB)?");
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");
  private static final Pattern SCOPE_TOKEN = Pattern.compile("[!#-\\[\\]-~]+");
  private static final Pattern RESOURCE = Pattern.compile("[!-~&&[^#\"]]+");
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,252})|\\[[0-9a-f:.]+]");
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern COOKIE_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  // Asymmetric only (RFC 8725 §3.1): a shared secret must never verify an ID token
  private static final Set<String> ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  private Parse() {}

  static Duration duration(String text) throws Unusable {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new Unusable("a duration is a whole number with its unit: 500ms, 30s, 15m, 8h or 7d");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  static Duration positiveDuration(String text) throws Unusable {
    Duration duration = duration(text);
    if (duration.isZero()) {
      throw new Unusable("it must be longer than nothing: write for example 30s, 15m, 8h or 7d");
    }
    return duration;
  }

  /** Also a plain {@code 0}, which needs no unit. */
  static Duration cacheAge(String text) throws Unusable {
    Duration age = text.strip().equals("0") ? Duration.ZERO : duration(text);
    if (age.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new Unusable("a sign-out at another node would wait that long: at most 1m");
    }
    return age;
  }

  static int count(String text) throws Unusable {
    if (!text.strip().matches("[1-9][0-9]{0,3}")) {
      throw new Unusable("it must be a whole number from 1 to 9999");
    }
    return Integer.parseInt(text.strip());
  }

  static long size(String text) throws Unusable {
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches()) {
      throw new Unusable(
          "a size is a number of bytes, or a number with KB, MB or GB: 65536, 64KB, 1MB");
    }
    String unit = matcher.group(2) == null ? "" : matcher.group(2);
    int shift =
        switch (unit) {
          case "KB" -> 10;
          case "MB" -> 20;
          case "GB" -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }

  static boolean flag(String text) throws Unusable {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new Unusable("it must be true or false");
    };
  }

  /** True for the first word, false for the second. */
  static Values.Parser<Boolean> either(String first, String second) {
    return text -> {
      if (!text.strip().equals(first) && !text.strip().equals(second)) {
        throw new Unusable("it must be " + first + " or " + second);
      }
      return text.strip().equals(first);
    };
  }

  /** As in a Host field, without its port (RFC 9110 §7.2). */
  static String host(String text) throws Unusable {
    String host = text.strip().toLowerCase(Locale.ROOT);
    if (!HOST.matcher(host).matches()) {
      throw new Unusable("a host is a name without scheme, port or path: app.example.com");
    }
    return host;
  }

  static URI audience(String text) throws Unusable {
    try {
      URI audience = new URI(resource(text.strip()));
      if (audience.isAbsolute()) {
        return audience;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new Unusable("an audience is an absolute URI (RFC 8707): https://api.example.com/");
  }

  /** A name that no server takes for another: no underscore. */
  static String fieldName(String text) throws Unusable {
    if (!FIELD_NAME.matcher(text).matches()) {
      throw new Unusable("a header field has a name of letters, digits and hyphens: x-tenant");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  static String cookieName(String text) throws Unusable {
    if (!COOKIE_NAME.matcher(text).matches() || text.startsWith("__")) {
      throw new Unusable(
          "a cookie has a name of letters, digits, . _ and -, and does not begin with __:"
              + " JSESSIONID");
    }
    return text;
  }

  static String id(String text) throws Unusable {
    if (!ID.matcher(text).matches()) {
      throw new Unusable("an id is 1 to 32 lower-case letters, digits and hyphens: example-1");
    }
    return text;
  }

  /** VSCHAR of RFC 6749 Appendix A. */
  static String printable(String text) throws Unusable {
    if (!PRINTABLE.matcher(text).matches()) {
      throw new Unusable(
          "only printable ASCII characters are allowed; look for a line break or a copied quote");
    }
    return text;
  }

  static String name(String text) throws Unusable {
    if (text.length() > 80 || text.chars().anyMatch(Character::isISOControl)) {
      throw new Unusable("a name has at most 80 characters and no control characters");
    }
    return text.strip();
  }

  /** RFC 6749 §3.3. */
  static String scope(String text) throws Unusable {
    if (!SCOPE_TOKEN.matcher(text).matches()) {
      throw new Unusable("a scope has printable ASCII characters without quote and backslash");
    }
    return text;
  }

  /** RFC 8707 §2 asks for an absolute URI; real providers also know plain names. */
  static String resource(String text) throws Unusable {
    if (!RESOURCE.matcher(text).matches()) {
      throw new Unusable("a resource is a URI without a fragment: https://api.example.com/");
    }
    return text;
  }

  static String path(String text) throws Unusable {
    if (!PATH.matcher(text).matches()) {
      throw new Unusable(
          "a path begins with a slash, ends without one and has plain segments: /account");
    }
    return text;
  }

  static String method(String text) throws Unusable {
    if (!METHODS.contains(text)) {
      throw new Unusable("a method is one of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS");
    }
    return text;
  }

  static String algorithm(String text) throws Unusable {
    if (!ALGORITHMS.contains(text.strip())) {
      throw new Unusable(
          "ID tokens must be signed with a key pair: RS256, RS384, RS512, PS256, PS384, PS512,"
              + " ES256, ES384 or ES512");
    }
    return text.strip();
  }

  static AuthMethod authMethod(String text) throws Unusable {
    return switch (text.strip()) {
      case "client_secret_basic" -> AuthMethod.CLIENT_SECRET_BASIC;
      case "client_secret_post" -> AuthMethod.CLIENT_SECRET_POST;
      case "none" -> AuthMethod.NONE;
      case "private_key_jwt", "tls_client_auth" ->
          throw new Unusable(
              "this version does not have it yet: write client_secret_basic, client_secret_post or"
                  + " none");
      default -> throw new Unusable("it must be client_secret_basic, client_secret_post or none");
    };
  }

  static ResponseMode responseMode(String text) throws Unusable {
    return switch (text.strip()) {
      case "query" -> ResponseMode.QUERY;
      case "form_post" -> ResponseMode.FORM_POST;
      default -> throw new Unusable("it must be query or form_post");
    };
  }

  static ProviderQuirk quirk(String text) throws Unusable {
    for (ProviderQuirk quirk : ProviderQuirk.values()) {
      if (quirk.key().equals(text)) {
        return quirk;
      }
    }
    throw new Unusable(
        "the known quirks are "
            + Arrays.stream(ProviderQuirk.values())
                .map(ProviderQuirk::key)
                .collect(Collectors.joining(", ")));
  }

  static String profile(String text) throws Unusable {
    return switch (text.strip()) {
      case "default" -> "default";
      case "fapi2" -> throw new Unusable("this version does not have it yet: write default");
      default -> throw new Unusable("it must be default");
    };
  }

  static String hsts(String text) throws Unusable {
    String value = text.strip().toLowerCase(Locale.ROOT);
    if (!Set.of("auto", "on", "off").contains(value)) {
      throw new Unusable("it must be auto, on or off");
    }
    return value;
  }

  static String jdbcUrl(String text) throws Unusable {
    if (!text.startsWith("jdbc:h2:") && !text.startsWith("jdbc:postgresql:")) {
      throw new Unusable("it must begin with jdbc:postgresql: or jdbc:h2:");
    }
    return text;
  }
}
