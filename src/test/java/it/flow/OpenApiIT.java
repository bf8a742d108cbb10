package it.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.AuthApplication;
import io.gatehouse.resource.ResourceApplication;
import jakarta.json.JsonObject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the server says of its own addresses. */
class OpenApiIT {
  private final JsonObject document =
      new Browser().fetch("GET", "/openapi?format=json", null).json();

  @Test
  void every_endpoint_is_listed_where_it_is_and_nothing_else() {
    Set<String> listed = new TreeSet<>();
    document
        .getJsonObject("paths")
        .forEach(
            (path, methods) ->
                methods
                    .asJsonObject()
                    .keySet()
                    .forEach(method -> listed.add(method.toUpperCase(Locale.ROOT) + " " + path)));

    Set<String> served = endpoints(new AuthApplication());
    served.addAll(endpoints(new ResourceApplication()));
    assertThat(listed).containsExactlyElementsOf(served);
    assertThat(listed).contains("GET /auth/session", "PUT /api/v1/user/profile");
  }

  @Test
  void the_addresses_are_those_of_the_site_that_was_asked() {
    assertThat(document.getJsonArray("servers").getValuesAs(JsonObject.class))
        .extracting(server -> server.getString("url"))
        .isEqualTo(List.of("/"));
  }

  private static Set<String> endpoints(Application application) {
    String base = application.getClass().getAnnotation(ApplicationPath.class).value();
    Set<String> endpoints = new TreeSet<>();
    for (Class<?> resource : application.getClasses()) {
      for (Method method : resource.getDeclaredMethods()) {
        for (Annotation annotation : method.getAnnotations()) {
          HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
          if (http != null) {
            endpoints.add(http.value() + " " + base + path(resource) + path(method));
          }
        }
      }
    }
    return endpoints;
  }

  private static String path(AnnotatedElement element) {
    Path path = element.getAnnotation(Path.class);
    return path == null ? "" : "/" + path.value().replaceFirst("^/", "");
  }
}
