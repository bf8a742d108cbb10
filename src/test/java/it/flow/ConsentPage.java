package it.flow;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The embedded provider's consent page: what its script would send, without running it. */
public record ConsentPage(URI action, JsonObject data) {
  private static final Pattern DATA =
      Pattern.compile("var oauthFormData=(\\{.*?});;?var ", Pattern.DOTALL);
  private static final List<String> EXTENDED =
      List.of("nonce", "response_mode", "acr_values", "code_challenge", "code_challenge_method");

  public static boolean isShown(Visit page) {
    return DATA.matcher(page.body()).find();
  }

  static ConsentPage on(Visit page) {
    Matcher data = DATA.matcher(page.body());
    if (!data.find()) {
      throw new AssertionError("no consent page at " + page.uri() + ": " + page.body());
    }
    try (JsonReader reader = Json.createReader(new StringReader(data.group(1)))) {
      return new ConsentPage(page.uri().resolve(page.uri().getPath()), reader.readObject());
    }
  }

  public List<String> scopes() {
    return data.getJsonArray("scope").getValuesAs(JsonString::getString);
  }

  Map<String, String> allow() {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name :
        List.of(
            "consentNonce", "client_id", "response_type", "state", "redirect_uri", "resource")) {
      copy(data, name, fields);
    }
    EXTENDED.forEach(name -> copy(data.getJsonObject("extendedProperties"), name, fields));
    fields.put("scope", scopes().stream().collect(Collectors.joining(" ")));
    fields.put("prompt", "consent");
    return fields;
  }

  /** Where Cancel leads. */
  URI cancel() {
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("error", "access_denied");
    copy(data, "state", answer);
    return URI.create(data.getString("redirect_uri") + "?" + Forms.encode(answer));
  }

  private static void copy(JsonObject from, String name, Map<String, String> to) {
    if (from.containsKey(name)) {
      to.put(name, from.getString(name));
    }
  }
}
