package io.gatehouse.gateway;

import io.gatehouse.web.ClientAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;

/**
 * Tells a protected resource that it is meant, and who asked where (RFC 7239, and the X-Forwarded-*
 * fields that most servers read). Made here: what a client says of itself never crosses.
 */
final class Forwarding {
  private final ClientAddress addresses;
  private final HttpField resource;
  private final String host;
  private final String scheme;
  private final String hostAndScheme;
  private final String prefix;

  /**
   * @param prefix the route's path
   */
  Forwarding(ClientAddress addresses, URI baseUrl, String prefix, URI target) {
    this.addresses = addresses;
    this.resource =
        new HttpField(
            HttpHeader.HOST,
            HttpURI.from(target.getScheme(), target.getHost(), target.getPort(), null)
                .getAuthority());
    this.host = baseUrl.getRawAuthority();
    this.scheme = baseUrl.getScheme();
    this.hostAndScheme = ";host=\"" + host + "\";proto=" + scheme;
    this.prefix = prefix;
  }

  void addTo(HttpFields.Mutable fields, HttpServletRequest request) {
    String address = addresses.of(request);
    String node = address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
    // the client would parse the address twice a call to find it
    fields.add(resource);
    fields.add("Forwarded", "for=" + node + hostAndScheme);
    fields.add("X-Forwarded-For", address);
    fields.add("X-Forwarded-Host", host);
    fields.add("X-Forwarded-Proto", scheme);
    fields.add("X-Forwarded-Prefix", prefix);
  }
}
