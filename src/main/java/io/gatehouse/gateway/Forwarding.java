package io.gatehouse.gateway;

import io.gatehouse.web.ClientAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.eclipse.jetty.http.HttpFields;

/**
 * Tells a protected resource who asked where (RFC 7239, and the X-Forwarded-* fields that most
 * servers read). Made here: what a client says of itself never crosses.
 */
final class Forwarding {
  private final ClientAddress addresses;
  private final String host;
  private final String scheme;
  private final String hostAndScheme;
  private final String prefix;

  /**
   * @param prefix the route's path
   */
  Forwarding(ClientAddress addresses, URI baseUrl, String prefix) {
    this.addresses = addresses;
    this.host = baseUrl.getRawAuthority();
    this.scheme = baseUrl.getScheme();
    this.hostAndScheme = ";host=\"" + host + "\";proto=" + scheme;
    this.prefix = prefix;
  }

  void addTo(HttpFields.Mutable fields, HttpServletRequest request) {
    String address = addresses.of(request);
    String node = address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
    fields.add("Forwarded", "for=" + node + hostAndScheme);
    fields.add("X-Forwarded-For", address);
    fields.add("X-Forwarded-Host", host);
    fields.add("X-Forwarded-Proto", scheme);
    fields.add("X-Forwarded-Prefix", prefix);
  }
}
