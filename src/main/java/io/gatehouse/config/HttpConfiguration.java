package io.gatehouse.config;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Limits and trust of calls to authorization servers. {@code trustedCertificates} are added to the
 * JVM's own.
 */
public record HttpConfiguration(
    Duration connectTimeout, Duration readTimeout, List<X509Certificate> trustedCertificates) {
  public HttpConfiguration {
    trustedCertificates = List.copyOf(trustedCertificates);
  }
}
