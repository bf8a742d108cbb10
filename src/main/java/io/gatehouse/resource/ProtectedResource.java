package io.gatehouse.resource;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.net.URI;
import java.util.List;

/**
 * What this resource server tells the world about itself (RFC 9728 §2).
 *
 * @param identifier its resource identifier: the base address of {@code /api}
 * @param metadata where {@link #describe()} is published; named in every challenge (RFC 9728 §5.1)
 * @param loginUrl where a person, as opposed to a program, gets signed in
 */
public record ProtectedResource(
    URI identifier, URI metadata, List<URI> authorizationServers, String loginUrl) {
  private static final JsonProvider JSON = JsonProvider.provider();

  static final String READ = "read";
  static final String WRITE = "write";

  public ProtectedResource {
    authorizationServers = List.copyOf(authorizationServers);
  }

  /** The resource at {@code /api} of the site whose address is {@code baseUrl}. */
  public static ProtectedResource of(URI baseUrl, List<URI> authorizationServers, String loginUrl) {
    return new ProtectedResource(
        baseUrl.resolve("/api"),
        baseUrl.resolve(ProtectedResourceMetadata.PATH),
        authorizationServers,
        loginUrl);
  }

  /** The {@code type} of a problem: the page that explains its code. */
  String problemType(String code) {
    return identifier.resolve("/docs/errors.md") + "#" + code;
  }

  JsonObject describe() {
    JsonArrayBuilder issuers = JSON.createArrayBuilder();
    authorizationServers.forEach(issuer -> issuers.add(issuer.toString()));
    return JSON.createObjectBuilder()
        .add("resource", identifier.toString())
        .add("authorization_servers", issuers)
        .add("scopes_supported", JSON.createArrayBuilder().add(READ).add(WRITE))
        .add("bearer_methods_supported", JSON.createArrayBuilder().add("header"))
        .build();
  }
}
