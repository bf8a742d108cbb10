package it.flow;

import java.util.List;
import java.util.stream.Stream;

/** Spellings of a path that one server or another has been seen to take for the path itself. */
final class Paths {
  private Paths() {}

  /** Every way that is known to us to write {@code parent + "/" + name}, or nearly. */
  static List<String> spellings(String parent, String name) {
    String path = parent + "/" + name;
    String first = "%" + Integer.toHexString(name.charAt(0));
    return Stream.of(
            // dot segments, raw and encoded in every degree
            parent + "/x/../" + name,
            parent + "/./" + name,
            parent + "/%2e/" + name,
            parent + "/x/%2e%2e/" + name,
            parent + "/x/%2E./" + name,
            parent + "/x/.%2e/" + name,
            parent + "/x/%252e%252e/" + name,
            parent + "/x/%c0%ae%c0%ae/" + name,
            parent + "/x/%u002e%u002e/" + name,
            parent + "/x/..%00/" + name,
            parent + "/x/..%2f" + name,
            parent + "/x/..%5c" + name,
            parent + "/x/..\\" + name,
            "/.." + path,
            "/%2e%2e" + path,
            path + "/..",
            path + "/.",
            path + "/%2e",
            // path parameters, which some servers cut and some keep
            parent + "/x/..;/" + name,
            parent + "/x/..;a=b/" + name,
            parent + "/x/%2e%2e;/" + name,
            "/..;a=b" + path,
            "/;" + path,
            "/;x" + path,
            parent + ";x=y/" + name,
            parent + "/;/" + name,
            path + ";x=y",
            path + ";",
            path + ";.js",
            path + "%3b",
            path + "%3bx=y",
            path + "%3B.css",
            path + ";jsessionid=abc",
            parent + ";jsessionid=abc/" + name,
            parent + "/x;jsessionid=abc/../" + name,
            // slashes
            "/" + path,
            "//x/.." + path,
            parent + "//" + name,
            path + "//",
            parent + "%2f" + name,
            parent + "%2F" + name,
            parent + "%252f" + name,
            parent + "%5c" + name,
            parent + "\\" + name,
            parent + "\\/" + name,
            "/\\" + path,
            // encoded letters
            parent + "/" + first + name.substring(1),
            parent + "/%25" + first.substring(1) + name.substring(1),
            parent + "/%" + name,
            parent + "/%zz" + name,
            // ends
            path + "/",
            path + "%00",
            path + "%00.js",
            path + "%0a",
            path + "%0d%0aX:1",
            path + "%09",
            path + "%20",
            path + ".",
            path + "%2e",
            path + "%3f",
            path + "%3F.js",
            path + "%23",
            path + "%23x",
            path + "#x",
            path + "?",
            path + "?/../x",
            path + "%ff",
            path + "\u00e9",
            path + "%c3%a9",
            path + "\t",
            path + "\u000b",
            // another target altogether
            "http://evil.example" + path,
            "https://localhost" + path,
            "x" + path,
            "*")
        .toList();
  }
}
