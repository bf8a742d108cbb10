package io.gatehouse.web;

import io.gatehouse.oauth.ReturnTarget;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The local address that starts a login, with what it asks for (rule 7). Names are ours, values are
 * percent-encoded.
 */
public record LoginUrl(Map<String, String> parameters) {
  /** Asks for nothing but a session. */
  public static final LoginUrl PLAIN = new LoginUrl(Map.of());

  public LoginUrl {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  public LoginUrl with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new LoginUrl(more);
  }

  /** Asks only for scopes that are not a matter of course. */
  LoginUrl withoutScopes(Set<String> usual) {
    Set<String> wanted =
        new LinkedHashSet<>(List.of(parameters.getOrDefault("scope", "").split(" ")));
    wanted.removeAll(usual);
    Map<String, String> fewer = new LinkedHashMap<>(parameters);
    fewer.computeIfPresent(
        "scope", (name, all) -> wanted.isEmpty() ? null : String.join(" ", wanted));
    return new LoginUrl(fewer);
  }

  LoginUrl returningTo(ReturnTarget target) {
    return target.equals(ReturnTarget.HOME) ? this : with("return_to", target.path());
  }

  @Override
  public String toString() {
    return parameters.entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
        .collect(
            Collectors.joining("&", FaultMapper.LOGIN_URL + (parameters.isEmpty() ? "" : "?"), ""));
  }

  private static String encoded(String value) {
    // a space as every reader of an address knows it, not only readers of forms
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
