package it.flow;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request and its answer.
 *
 * @param method and
 * @param uri of the request
 * @param sent headers of the request
 */
public record Visit(
    String method,
    URI uri,
    Map<String, String> sent,
    int status,
    HttpHeaders headers,
    String body) {

  private static final Pattern FORM =
      Pattern.compile("<form\\b[^>]*\\baction=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
  private static final Pattern INPUT = Pattern.compile("<input\\b[^>]*>", Pattern.CASE_INSENSITIVE);
  private static final Pattern META_REFRESH =
      Pattern.compile(
          "<meta http-equiv=\"refresh\" content=\"0; ?url=([^\"]+)\"", Pattern.CASE_INSENSITIVE);

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  public Optional<URI> location() {
    return header("location").map(uri::resolve);
  }

  /** Where a page without a script moves on to. */
  public Optional<URI> metaRefresh() {
    Matcher refresh = META_REFRESH.matcher(body);
    return refresh.find() ? Optional.of(uri.resolve(unescape(refresh.group(1)))) : Optional.empty();
  }

  /** The action of the first form. */
  public URI formAction() {
    Matcher form = FORM.matcher(body);
    if (!form.find()) {
      throw new AssertionError("no form on " + uri + ": " + body);
    }
    return uri.resolve(unescape(form.group(1)));
  }

  /** The hidden fields of the page. */
  public Map<String, String> hiddenFields() {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher input = INPUT.matcher(body);
    while (input.find()) {
      if (attribute(input.group(), "type").equals("hidden")) {
        fields.put(attribute(input.group(), "name"), unescape(attribute(input.group(), "value")));
      }
    }
    return fields;
  }

  public JsonObject json() {
    try (JsonReader reader = Json.createReader(new StringReader(body))) {
      return reader.readObject();
    }
  }

  /** A parameter of the query of the requested address. */
  public Optional<String> parameter(String name) {
    return Forms.parameter(uri, name);
  }

  public List<String> headerValues(String name) {
    return headers.allValues(name);
  }

  private static String attribute(String tag, String name) {
    Matcher attribute = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
    return attribute.find() ? attribute.group(1) : "";
  }

  private static String unescape(String html) {
    return html.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
