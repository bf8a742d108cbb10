package io.gatehouse.resource;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;

/**
 * The profile for anybody, by the same means: what a request to {@code /api} costs without its
 * protection, or, sent a bearer token, with the container's MicroProfile JWT alone. {@code
 * bench/run} puts it beside the application, which knows nothing of it.
 */
@ApplicationPath("/api/unprotected")
public class OpenProfile extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(Resource.class, NoStore.class);
  }

  @Path("profile")
  @Dependent
  public static class Resource {
    private static final JsonProvider JSON = JsonProvider.provider();

    @Inject Preferences preferences;

    @GET
    public Response read() {
      String issuer = "https://login.example";
      var profile =
          JSON.createObjectBuilder()
              .add("subject", "alice")
              .add("name", "Alice Example")
              .add("email", JsonValue.NULL)
              .add("scopes", JSON.createArrayBuilder().add("openid").add("read").add("write"))
              .add("issuer", issuer)
              .add("audience", JSON.createArrayBuilder().add("gatehouse-api"))
              .add("expires_at", Instant.now().toString())
              .add("preferences", preferences.of(issuer, "alice").toJson())
              .build();
      return Response.ok(
              profile.toString().getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_JSON_TYPE)
          .build();
    }
  }
}
