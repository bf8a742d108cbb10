package io.gatehouse.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the development server leaves on disk: a secret of its own making and its certificate. */
final class DevelopmentFiles {
  private DevelopmentFiles() {}

  /** The secret kept in the file; the first call makes it, readable by its owner alone. */
  static String secret(String name, SecureRandom random) throws Unusable {
    try {
      Path file = Path.of(name).toAbsolutePath();
      if (!Files.exists(file)) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        @Nullable Path folder = file.getParent();
        if (folder != null) {
          Files.createDirectories(folder);
        }
        create(file, Base64.getEncoder().encodeToString(secret));
      }
      return TextFile.read(name);
    } catch (IOException | InvalidPathException e) {
      throw new Unusable("the file could not be made; look at its folder and permissions");
    }
  }

  private static void create(Path file, String secret) throws IOException {
    boolean hasPermissions =
        Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
    FileAttribute<?>[] ownerOnly =
        hasPermissions
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.createFile(file, ownerOnly);
    Files.writeString(file, secret + "\n", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
  }

  /**
   * Certificates of a PKCS12 file, to be trusted by our own calls to the same server. The server
   * makes the file during its first start, while the application starts beside it.
   */
  static List<X509Certificate> certificates(String name, String password, Duration patience)
      throws Unusable {
    long givenUpAt = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return certificates(Path.of(name), password);
      } catch (IOException | GeneralSecurityException | InvalidPathException e) {
        if (System.nanoTime() - givenUpAt >= 0 || !paused()) {
          throw new Unusable("the key store cannot be read; look at its path and password");
        }
      }
    }
  }

  private static boolean paused() {
    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    return !Thread.currentThread().isInterrupted();
  }

  private static List<X509Certificate> certificates(Path file, String password)
      throws IOException, GeneralSecurityException {
    try (InputStream content = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(content, password.toCharArray());
      List<X509Certificate> certificates = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        @Nullable Certificate certificate = store.getCertificate(alias);
        if (certificate instanceof X509Certificate x509) {
          certificates.add(x509);
        }
      }
      return certificates;
    }
  }
}
