package io.gatehouse.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProvidersResourceTest {
  @Test
  void each_provider_has_id_name_and_login_url_and_nothing_more() {
    byte[] answer =
        (byte[])
            new ProvidersResource(List.of(provider("one", "First"), provider("two", "Zweiter ü")))
                .list()
                .getEntity();
    assertThat(answer)
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(
            "[{\"id\":\"one\",\"name\":\"First\",\"login_url\":\"/auth/login?provider=one\"},"
                + "{\"id\":\"two\",\"name\":\"Zweiter ü\",\"login_url\":\"/auth/login?provider=two\"}]");
  }

  private static ProviderConfiguration provider(String id, String name) {
    return new ProviderConfiguration(
        id,
        name,
        URI.create("https://as.example/" + id),
        new ClientConfiguration(
            "client",
            ClientConfiguration.AuthMethod.NONE,
            Optional.empty(),
            Set.of("openid"),
            Set.of(),
            List.of(),
            List.of(),
            "RS256",
            ClientConfiguration.ResponseMode.QUERY),
        Set.of());
  }
}
