package io.gatehouse.config;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads limits and trust of calls to the authorization server. */
final class HttpReader {
  private final Values values;
  private final Duration patience;

  HttpReader(Values values) {
    this(values, Duration.ofSeconds(20));
  }

  /**
   * @param patience how long a development key store may take to appear
   */
  HttpReader(Values values, Duration patience) {
    this.values = values;
    this.patience = patience;
  }

  Supplier<HttpConfiguration> read(boolean isEmbedded) {
    Optional<Duration> connect = values.read(Keys.CONNECT_TIMEOUT, Parse::positiveDuration);
    Optional<Duration> read = values.read(Keys.READ_TIMEOUT, Parse::positiveDuration);
    Optional<Duration> deadline = refreshDeadline();
    checkWithin(Keys.CONNECT_TIMEOUT, connect, deadline);
    checkWithin(Keys.READ_TIMEOUT, read, deadline);
    List<X509Certificate> trusted = new ArrayList<>();
    values.read(Keys.TRUST_CERTIFICATES_FILE, HttpReader::certificates).ifPresent(trusted::addAll);
    if (isEmbedded) {
      developmentCertificates().ifPresent(trusted::addAll);
    }
    return () -> new HttpConfiguration(connect.orElseThrow(), read.orElseThrow(), trusted);
  }

  private Optional<List<X509Certificate>> developmentCertificates() {
    Optional<String> password = values.raw(Keys.DEVELOPMENT_KEYSTORE_PASSWORD);
    return values.read(
        Keys.DEVELOPMENT_KEYSTORE_FILE,
        file -> DevelopmentFiles.certificates(file, password.orElse(""), patience));
  }

  private Optional<Duration> refreshDeadline() {
    return values
        .raw(Keys.REQUEST_DEADLINE)
        .or(Keys.REQUEST_DEADLINE::fallback)
        .flatMap(HttpReader::quietly);
  }

  private static Optional<Duration> quietly(String text) {
    try {
      return Optional.of(Parse.positiveDuration(text));
    } catch (Unusable reportedElsewhere) {
      return Optional.empty();
    }
  }

  private void checkWithin(Key key, Optional<Duration> limit, Optional<Duration> deadline) {
    if (limit.isPresent() && deadline.isPresent() && limit.get().compareTo(deadline.get()) > 0) {
      values
          .problems()
          .conflict(key, "is longer than gatehouse.refresh.request-deadline, which ends it first");
    }
  }

  private static List<X509Certificate> certificates(String file) throws Unusable {
    byte[] pem = TextFile.read(file).getBytes(StandardCharsets.UTF_8);
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new Unusable(
          "this file holds no PEM certificates (-----BEGIN CERTIFICATE-----) that can be read");
    }
  }
}
