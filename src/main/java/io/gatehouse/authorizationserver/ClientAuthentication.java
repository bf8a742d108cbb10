package io.gatehouse.authorizationserver;

import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.id.ClientID;
import io.gatehouse.config.ClientConfiguration;
import io.gatehouse.config.ClientConfiguration.AuthMethod;
import jakarta.ws.rs.core.Form;
import java.util.Optional;

/** How we prove to the provider which client we are (RFC 6749 §2.3). */
final class ClientAuthentication {
  private final ClientConfiguration client;

  ClientAuthentication(ClientConfiguration client) {
    this.client = client;
  }

  /** The {@code Authorization} header, where the method has one (§2.3.1, form-encoded first). */
  Optional<String> header() {
    return client.tokenEndpointAuthMethod() == AuthMethod.CLIENT_SECRET_BASIC
        ? Optional.of(
            new ClientSecretBasic(
                    new ClientID(client.clientId()),
                    new com.nimbusds.oauth2.sdk.auth.Secret(secret()))
                .toHTTPAuthorizationHeader())
        : Optional.empty();
  }

  /** The form with what the method puts there: never both a header and a form parameter. */
  Form addTo(Form form) {
    return switch (client.tokenEndpointAuthMethod()) {
      case CLIENT_SECRET_BASIC -> form;
      case CLIENT_SECRET_POST ->
          form.param("client_id", client.clientId()).param("client_secret", secret());
      case NONE -> form.param("client_id", client.clientId());
    };
  }

  private String secret() {
    return client.clientSecret().orElseThrow().reveal();
  }
}
