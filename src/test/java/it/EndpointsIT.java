package it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The WAR deployed anywhere, asked from outside. */
@ArquillianTest
@RunAsClient
class EndpointsIT {
  @Deployment
  static WebArchive gatehouse() {
    return Deployments.gatehouse();
  }

  @ArquillianResource URL base;

  @Test
  void check_session_answers_anybody() throws Exception {
    HttpResponse<String> answer = get("auth/session");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("cache-control").orElseThrow()).contains("no-store");
    assertThat(answer.body()).contains("\"signed_in\":false");
  }

  @Test
  void the_protected_resource_asks_for_a_bearer_token() throws Exception {
    HttpResponse<String> answer = get("api/v1/user/profile");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate").orElseThrow())
        .startsWith("Bearer realm=\"gatehouse\"");
  }

  @Test
  void the_gateway_asks_for_a_session() throws Exception {
    HttpResponse<String> answer = get("bff/v1/user/profile");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("application/problem+json");
  }

  private HttpResponse<String> get(String path)
      throws IOException, InterruptedException, URISyntaxException {
    URI uri = base.toURI().resolve(path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("X-CSRF", "1")
            .header("Accept", "application/json")
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
