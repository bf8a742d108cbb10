package io.gatehouse.resource;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Who the access token stands for, what it allows, and the preferences kept for that person.
 *
 * <p>Every member is always there; {@code null} says that the token or the person did not tell. No
 * {@code @Produces}: an answer in JSON serves everybody better than 406.
 */
@Path("v1/user/profile")
@Dependent
public final class UserProfileResource {
  private static final JsonProvider JSON = JsonProvider.provider();

  private final Preferences preferences;

  @Inject
  public UserProfileResource(Preferences preferences) {
    this.preferences = preferences;
  }

  @GET
  @RequiresScope(ProtectedResource.READ)
  public Response read(@Context SecurityContext security) {
    JsonWebToken token = token(security);
    return profile(token, preferences.of(token.getIssuer(), token.getSubject()));
  }

  @PUT
  @RequiresScope(ProtectedResource.WRITE)
  public Response write(
      @Context SecurityContext security, @Context HttpHeaders headers, InputStream body)
      throws IOException {
    JsonWebToken token = token(security);
    UserPreferences chosen = PreferencesDocument.read(headers.getMediaType(), body);
    preferences.replace(token.getIssuer(), token.getSubject(), chosen);
    return profile(token, chosen);
  }

  /** Safe: {@link AccessTokenFilter} let nobody else pass. */
  private static JsonWebToken token(SecurityContext security) {
    return (JsonWebToken) security.getUserPrincipal();
  }

  private static Response profile(JsonWebToken token, UserPreferences preferences) {
    JsonObject profile =
        JSON.createObjectBuilder()
            .add("subject", token.getSubject())
            .add("name", text(token, "name"))
            .add("email", text(token, "email"))
            .add("scopes", array(Scopes.of(token)))
            .add("issuer", token.getIssuer())
            .add("audience", array(audience(token)))
            .add("expires_at", Instant.ofEpochSecond(token.getExpirationTime()).toString())
            .add("preferences", preferences.toJson())
            .build();
    return Response.ok(
            profile.toString().getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_JSON_TYPE)
        .build();
  }

  private static JsonValue text(JsonWebToken token, String name) {
    Object claim = token.getClaim(name);
    if (claim instanceof JsonString json) {
      return json;
    }
    return UserPreferences.orNull(claim instanceof String string ? string : null);
  }

  private static Set<String> audience(JsonWebToken token) {
    return new TreeSet<>(Optional.ofNullable(token.getAudience()).orElse(Set.of()));
  }

  private static JsonArrayBuilder array(Collection<String> values) {
    JsonArrayBuilder array = JSON.createArrayBuilder();
    values.forEach(array::add);
    return array;
  }
}
