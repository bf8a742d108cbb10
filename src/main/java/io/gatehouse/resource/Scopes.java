package io.gatehouse.resource;

import jakarta.json.JsonString;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * The scopes of an access token: the {@code scope} claim, a space-delimited string (RFC 9068
 * §2.2.3, RFC 8693 §4.2) or, as some providers write it, an array of strings. Entra ID and Okta
 * call it {@code scp}, which counts where there is no {@code scope} at all.
 */
final class Scopes {
  private Scopes() {}

  static Set<String> of(JsonWebToken token) {
    Set<String> scopes = new TreeSet<>();
    Object claim = claim(token);
    if (claim instanceof Iterable<?> array) {
      array.forEach(element -> addExact(scopes, text(element)));
    } else {
      String spaceDelimited = text(claim);
      if (spaceDelimited != null) {
        for (String scope : spaceDelimited.split(" ", -1)) {
          addExact(scopes, scope);
        }
      }
    }
    return Collections.unmodifiableSet(scopes);
  }

  /** One of the two, never both merged: what they grant together nobody has granted. */
  private static @Nullable Object claim(JsonWebToken token) {
    Object scope = token.getClaim("scope");
    return scope == null ? token.getClaim("scp") : scope;
  }

  private static void addExact(Set<String> scopes, @Nullable String scope) {
    if (scope != null && !scope.isEmpty()) {
      scopes.add(scope);
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof JsonString json) {
      return json.getString();
    }
    return value instanceof String string ? string : null;
  }
}
