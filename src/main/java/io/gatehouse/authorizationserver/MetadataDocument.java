package io.gatehouse.authorizationserver;

import io.gatehouse.oauth.ErrorId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

/** A metadata document as it came (RFC 8414 §2), read with suspicion. */
final class MetadataDocument {
  private final URI expectedIssuer;
  private final Map<String, Object> members;

  MetadataDocument(URI expectedIssuer, Map<String, Object> members) {
    this.expectedIssuer = expectedIssuer;
    this.members = members;
  }

  ProviderMetadata metadata() throws ProviderFault {
    // RFC 8414 §3.3: identical, to the letter
    if (!expectedIssuer.toString().equals(members.get("issuer"))) {
      throw refused("issuer", "must be exactly the configured one");
    }
    return new ProviderMetadata(
        expectedIssuer,
        required("authorization_endpoint"),
        required("token_endpoint"),
        required("jwks_uri"),
        optional("userinfo_endpoint"),
        optional("revocation_endpoint"),
        optional("end_session_endpoint"),
        Boolean.TRUE.equals(members.get("authorization_response_iss_parameter_supported")));
  }

  private URI required(String name) {
    return optional(name).orElseThrow(() -> refused(name, "is missing"));
  }

  private Optional<URI> optional(String name) {
    return Optional.ofNullable(members.get(name)).map(value -> address(name, value));
  }

  private URI address(String name, Object value) {
    try {
      URI address = new URI(value.toString());
      // a provider out on the network has no business pointing at ports of this host
      boolean mayBeLoopbackHttp = BackChannel.isLoopbackHttp(expectedIssuer);
      if (BackChannel.permits(address)
          && (mayBeLoopbackHttp || !BackChannel.isLoopbackHttp(address))) {
        return address;
      }
    } catch (URISyntaxException notAnAddress) {
      // refused below, like any other
    }
    throw refused(name, "must be an https address");
  }

  private static ProviderFault refused(String name, String why) {
    return new ProviderFault(
        ErrorId.PROVIDER_METADATA_REFUSED, "The provider's metadata: " + name + " " + why + ".");
  }
}
