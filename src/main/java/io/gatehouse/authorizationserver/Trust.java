package io.gatehouse.authorizationserver;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom TLS believes: what the JVM trusts, and the certificates an operator adds. */
public final class Trust {
  private Trust() {}

  /** A context for clients that believes both. */
  public static SSLContext withAdditional(List<X509Certificate> certificates) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (X509Certificate certificate : certificates(certificates)) {
        trusted.setCertificateEntry("trusted-" + number++, certificate);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(trusted), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no TLS with the configured certificates", e);
    }
  }

  /** The additional ones, then the JVM's own. */
  static List<X509Certificate> certificates(List<X509Certificate> additional) {
    try {
      List<X509Certificate> all = new ArrayList<>(additional);
      for (TrustManager manager : managers(null)) {
        all.addAll(List.of(((X509TrustManager) manager).getAcceptedIssuers()));
      }
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM has no trust store", e);
    }
  }

  /** Null stands for the JVM's own trust store. */
  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
