package io.gatehouse.resource;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class UserProfileResourceTest {
  private final UserProfileResource resource = new UserProfileResource(preferences());

  @Test
  void the_profile_has_the_members_of_the_contract_null_where_nothing_is_known() {
    JsonObject profile = json(resource.read(as(TestToken.ofAlice())));
    assertThat(profile.keySet())
        .containsExactlyInAnyOrder(
            "subject",
            "name",
            "email",
            "scopes",
            "issuer",
            "audience",
            "expires_at",
            "preferences");
    assertThat(profile.getString("subject")).isEqualTo("alice");
    assertThat(profile.get("name")).isEqualTo(JsonValue.NULL);
    assertThat(profile.getJsonArray("scopes").toString())
        .isEqualTo("[\"openid\",\"read\",\"write\"]");
    assertThat(profile.getString("issuer")).isEqualTo("https://as.example");
    assertThat(profile.getJsonArray("audience").toString())
        .isEqualTo("[\"https://gatehouse.example/api\"]");
    assertThat(profile.getString("expires_at")).isEqualTo("2027-01-15T08:00:00Z");
    assertThat(profile.getJsonObject("preferences").toString())
        .isEqualTo("{\"display_name\":null,\"locale\":null,\"time_zone\":null}");
  }

  @Test
  void name_and_email_come_from_the_token() {
    TestToken token =
        TestToken.ofAlice().with("name", "Alice").with("email", Json.createValue("a@example.org"));
    JsonObject profile = json(resource.read(as(token)));
    assertThat(profile.getString("name")).isEqualTo("Alice");
    assertThat(profile.getString("email")).isEqualTo("a@example.org");
  }

  @Test
  void stored_preferences_come_back_at_once_and_later_and_to_their_owner_only() throws Exception {
    JsonObject answer = json(write(TestToken.ofAlice(), "{\"preferences\":{\"locale\":\"de\"}}"));
    assertThat(answer.getJsonObject("preferences").getString("locale")).isEqualTo("de");
    assertThat(json(resource.read(as(TestToken.ofAlice())))).isEqualTo(answer);
    assertThat(
            json(resource.read(as(TestToken.ofAlice().with("sub", "bob"))))
                .getJsonObject("preferences")
                .get("locale"))
        .isEqualTo(JsonValue.NULL);
  }

  @Test
  void neither_the_token_nor_its_other_claims_are_in_the_profile() {
    TestToken token = TestToken.ofAlice().with("groups", List.of("admins"));
    assertThat(json(resource.read(as(token))).toString())
        .doesNotContain(TestToken.RAW)
        .doesNotContain("admins");
  }

  @Test
  void every_method_that_answers_names_its_scope() {
    for (Method method : UserProfileResource.class.getDeclaredMethods()) {
      if (method.isAnnotationPresent(GET.class) || method.isAnnotationPresent(PUT.class)) {
        assertThat(method.getAnnotation(RequiresScope.class).value()).isIn("read", "write");
      }
    }
  }

  @Test
  void the_metadata_name_resource_servers_and_scopes() {
    JsonObject metadata =
        ProtectedResource.of(
                URI.create("https://gatehouse.example/"),
                List.of(URI.create("https://as.example")),
                "/auth/login")
            .describe();
    assertThat(metadata.toString())
        .isEqualTo(
            "{\"resource\":\"https://gatehouse.example/api\","
                + "\"authorization_servers\":[\"https://as.example\"],"
                + "\"scopes_supported\":[\"read\",\"write\"],"
                + "\"bearer_methods_supported\":[\"header\"]}");
  }

  private Response write(TestToken token, String body) throws IOException {
    HttpHeaders headers =
        (HttpHeaders)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpHeaders.class},
                (proxy, method, args) -> MediaType.APPLICATION_JSON_TYPE);
    return resource.write(
        as(token), headers, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static SecurityContext as(TestToken token) {
    return (SecurityContext)
        Proxy.newProxyInstance(
            UserProfileResourceTest.class.getClassLoader(),
            new Class<?>[] {SecurityContext.class},
            (proxy, method, args) -> token);
  }

  private static Preferences preferences() {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Preferences preferences = new Preferences(Lending.from(database::getConnection));
    preferences.create();
    return preferences;
  }

  private static JsonObject json(Response answer) {
    assertThat(answer.getMediaType()).isEqualTo(MediaType.APPLICATION_JSON_TYPE);
    return Json.createReader(new ByteArrayInputStream((byte[]) answer.getEntity())).readObject();
  }
}
